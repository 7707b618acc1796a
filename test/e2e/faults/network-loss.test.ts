import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { Peer } from '../rig/peer.js';
import { NetworkStage } from './network-stage.js';
import { elapse } from './network-watch.js';

let stage: NetworkStage;
before(async () => {
  stage = await NetworkStage.start();
  await stage.startServer();
});
after(() => stage.close());

const received = (peer: Peer) =>
  peer.page.evaluate(async () => {
    const report = [...((await rig.view().peerConnection?.getStats()) ?? new Map()).values()] as { type: string; kind?: string; packetsLost?: number; packetsReceived?: number }[];
    // Sound: nothing of it is sent again, so what is lost stays lost.
    const audio = report.find(({ type, kind }) => type === 'inbound-rtp' && kind === 'audio');
    return { lost: audio?.packetsLost ?? 0, got: audio?.packetsReceived ?? 0 };
  });

describe('A link that loses a fifth of the packets', () => {
  it('does not end the call, and is whole again when the loss ends', async (t) => {
    const [ana, ben] = await stage.inCall('Ana', 'Ben');
    const share = async (): Promise<number> => {
      const before = await received(ben.peer);
      await elapse(4_000);
      const after = await received(ben.peer);
      const lost = after.lost - before.lost;
      return lost / (lost + after.got - before.got);
    };
    ben.host.lose(0.2);
    const poor = await share();
    await Promise.all([ana, ben].map(({ peer }) => peer.seesMovingFrames()));
    ben.host.lose(0);
    await elapse(500);
    const whole = await share();
    t.diagnostic(`of a fifth lost, ${(poor * 100).toFixed(1)} % were missing; afterwards ${(whole * 100).toFixed(1)} %`);
    assert.ok(poor > 0.1 && poor < 0.3, `${poor}`);
    assert.ok(whole < 0.05, `${whole}`);
    for (const { peer } of [ana, ben]) assert.ok(!(await peer.callStates()).includes('reconnecting'));
  });
});
