import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { NetworkStage } from './network-stage.js';
import { stateAfter } from './network-watch.js';

// Both reach the server, neither reaches the other: two firewalls and no relay.

let stage: NetworkStage;
before(async () => {
  stage = await NetworkStage.start();
  await stage.startServer();
});
after(() => stage.close());

describe('A call that is accepted but never connected', () => {
  it('fails on both sides within 20 s, says that a TURN server is missing, and leaves both free', async (t) => {
    const [ana, ben] = await stage.together(['Ana', 'Ben']);
    assert.ok(ana && ben);
    ana.host.isolate();
    ben.host.isolate();
    await ana.peer.call('Ben');
    await ben.peer.accept();
    const accepted = Date.now();
    const ends = await Promise.all([ana.peer, ben.peer].map((peer) => stateAfter(peer, 'ended', 0, 25_000)));
    t.diagnostic(`never connected: said after ${ends.map(({ at }) => at - accepted).join(' and ')} ms`);
    assert.deepEqual(ends.map(({ reason }) => reason), ['connect-failed', 'connect-failed']);
    for (const { at } of ends) assert.ok(at - accepted <= 20_500, `after ${at - accepted} ms`);
    for (const { peer } of [ana, ben]) {
      assert.deepEqual(await peer.errorCodes(), ['ice-failed-no-turn']);
      await peer.until('the reason in words', () => /needs a TURN server and none is configured/.test(rig.text()));
      await peer.releasesDevices();
      await peer.until('nobody to be busy', () => rig.room().members.length === 2 && rig.room().members.every(({ busy, online }) => !busy && online));
    }

    // Free for another try, which behaves the same.
    await ben.peer.call('Ana');
    await ana.peer.waitForCall('incoming');
    await ben.peer.hangUp();
    await ana.peer.waitForCall('ended');
  });
});
