import assert from 'node:assert/strict';
import { afterEach, describe, it } from 'node:test';
import { startSignalingProcess } from '../support/signaling-process.mjs';
import { expectLiveCall } from './rig/peer.js';
import { uniqueRoom, useRig } from './rig/rig.js';

const stage = useRig();
afterEach(() => stage().closePeers());

describe('A server that is killed during a call and started again', () => {
  it('costs no picture, takes both back into the room, and the hang-up still reaches the other', async () => {
    const room = uniqueRoom();
    let server = await startSignalingProcess();
    try {
      const { url, port, pid } = server;
      const [ana, ben] = await stage().openTogether(['Ana', 'Ben'], { room, server: url });
      assert.ok(ana && ben);
      await ana.call('Ben');
      await ben.accept();
      await expectLiveCall(ana, ben);

      process.kill(pid, 'SIGKILL');
      await Promise.all([ana, ben].map((peer) => peer.waitForRoom('reconnecting')));
      await expectLiveCall(ana, ben);

      await server.stop();
      server = await startSignalingProcess({ PORT: String(port) });
      await Promise.all([ana, ben].map((peer) => peer.waitForRoom('joined')));
      for (const peer of [ana, ben]) await peer.until('both in the list', () => rig.room().members.length === 2);
      await expectLiveCall(ana, ben);
      assert.ok(!(await ana.callStates()).includes('reconnecting'), 'no alarm: the call was never in danger');

      await ana.hangUp();
      await ben.waitForEnd('remote-hangup');
      await ana.call('Ben');
      await ben.accept();
      await expectLiveCall(ana, ben);
    } finally {
      await server.stop();
    }
  });
});
