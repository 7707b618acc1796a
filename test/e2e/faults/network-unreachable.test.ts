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

describe('A call that is accepted but never connected', { concurrency: true }, () => {
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

  it('(not even an attempt: only relays allowed, and none there) fails on both sides within 20 s all the same', async (t) => {
    const room = 'relays-only';
    const attributes = 'ice-transport-policy="relay"';
    const cleo = await stage.person('Cleo', { room, attributes });
    const dan = await stage.open(cleo.machine, 'Dan', { room, attributes });
    await cleo.peer.call('Dan');
    await dan.accept();
    const accepted = Date.now();
    const ends = await Promise.all([cleo.peer, dan].map((peer) => stateAfter(peer, 'ended', 0, 25_000)));
    t.diagnostic(`no candidates: said after ${ends.map(({ at }) => at - accepted).join(' and ')} ms`);
    for (const { at, reason } of ends) {
      assert.equal(reason, 'connect-failed');
      // The timer is 20 s long; what comes on top is the way to the page and back.
      assert.ok(at - accepted <= 20_500, `after ${at - accepted} ms`);
    }
    for (const peer of [cleo.peer, dan]) {
      assert.deepEqual(await peer.errorCodes(), ['ice-failed-no-turn']);
      await peer.releasesDevices();
      await peer.until('nobody to be busy', () => rig.room().members.every(({ busy }) => !busy));
    }
  });
});
