import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { afterEach, describe, it } from 'node:test';
import { useRig } from '../rig/rig.js';
import { awaitCallState, awaitEqualLists, awaitMoment, hangUpNow } from './page-facts.js';
import { MortalServer } from './server-life.js';
import { awaitEveryoneBack, openCompany, surviveOutage, told } from './server-outage.js';

const stage = useRig();
afterEach(() => stage().closePeers());

describe('A server killed during a call', () => {
  // One by one: side by side six pictures would be encoded on two cores, and the gaps would be the machine's.
  it('and back after 0.5 s costs no picture; room, call and busy are as they were', async (test) => {
    test.diagnostic(told(await surviveOutage(stage(), 500)));
  });

  it('and back after 3 s, keeping nothing but its SESSION_SECRET, costs no picture', async (test) => {
    test.diagnostic(told(await surviveOutage(stage(), 3_000, { SESSION_SECRET: randomBytes(24).toString('base64url') })));
  });

  it('and back after 15 s costs no picture', async (test) => {
    test.diagnostic(told(await surviveOutage(stage(), 15_000)));
  });
});

describe('While the server is down', () => {
  it('mute and camera go on working, a hang-up reaches the other at once, and nobody is busy when the server is back', async (test) => {
    const server = await MortalServer.start();
    try {
      const { ana, ben, all } = await openCompany(stage(), server.url);
      await server.kill();
      await Promise.all(all.map((peer) => peer.waitForRoom('reconnecting')));

      for (const [kind, enabled] of [['audio', false], ['video', false], ['audio', true], ['video', true]] as const) {
        const since = Date.now();
        await ana.page.evaluate((which, on) => (which === 'audio' ? rig.view().toggleMicrophone(on) : rig.view().toggleCamera(on)), kind, enabled);
        await awaitMoment(ben, `Ana's ${kind} ${enabled ? 'on' : 'off'}`, 'rtc-media', (detail) => detail['source'] === 'remote' && detail['kind'] === kind && detail['enabled'] === enabled, since, 2_000);
      }
      await ben.seesMovingFrames();

      const hungUpAt = await hangUpNow(ana);
      const saidMs = (await awaitCallState(ben, 'ended', hungUpAt, 300)) - hungUpAt;
      assert.equal(await ben.endReason(), 'remote-hangup');
      assert.equal(await ana.endReason(), 'hangup');

      const upAt = await server.start();
      const backMs = await awaitEveryoneBack(all, upAt);
      const freeMs = (await awaitEqualLists(all, [], upAt + 5_000)) - upAt;
      for (const peer of [ana, ben]) assert.equal((await peer.callStates()).filter((state) => state === 'ended').length, 1, `${peer.nickname} heard of one end`);
      await ben.call('Ana');
      await ana.waitForCall('incoming');
      test.diagnostic(told({ saidMs, backMs, freeMs }));
    } finally {
      await server.close();
    }
  });
});
