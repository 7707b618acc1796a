import assert from 'node:assert/strict';
import { afterEach, describe, it } from 'node:test';
import { expectLiveCall, type Peer } from '../rig/peer.js';
import { uniqueRoom, useRig } from '../rig/rig.js';
import { awaitCallState } from './page-facts.js';
import { crashTab, killBrowser, reloadTab } from './page-loss.js';

const stage = useRig();
afterEach(() => stage().closePeers());

async function ringing(caller?: { flags: string[] }): Promise<{ ana: Peer; ben: Peer; callId: string }> {
  const room = uniqueRoom();
  const [ana, ben] = await Promise.all([
    stage().open({ room, nickname: 'Ana', ...(caller && { flags: caller }) }),
    stage().open({ room, nickname: 'Ben' }),
  ]);
  await ana.call('Ben');
  await ben.waitForCall('incoming');
  await ana.until('to hear that it rings', () => rig.events.some(({ type, detail }) => type === 'rtc-call-state' && detail['ringing'] === true));
  const callId = await ben.page.evaluate(() => rig.room().currentCall?.callId ?? '');
  return { ana, ben, callId };
}

describe('While it rings', () => {
  it('a callee that reloads rings again within 2 s, for the same call, and can accept it', async (test) => {
    const { ana, ben, callId } = await ringing();
    const reloadedAt = await reloadTab(ben);
    const ringsAgainMs = (await awaitCallState(ben, 'incoming', reloadedAt, 2_000)) - reloadedAt;
    assert.equal(await ben.page.evaluate(() => rig.room().currentCall?.callId), callId);
    assert.equal(await ana.callState(), 'outgoing');
    await ben.accept();
    await expectLiveCall(ana, ben);
    test.diagnostic(`rings again after ${Math.round(ringsAgainMs)} ms`);
  });

  for (const [how, go] of [['reloads', (ana: Peer) => reloadTab(ana)], ['closes its tab', (ana: Peer) => ana.page.close()]] as const) {
    it(`a caller that ${how} is heard of within 1 s: the callee stops`, async (test) => {
      const { ana, ben } = await ringing();
      const goneAt = Date.now();
      const gone = go(ana);
      const stopsMs = (await awaitCallState(ben, 'ended', goneAt, 1_000)) - goneAt;
      assert.equal(await ben.endReason(), 'cancelled');
      await gone;
      test.diagnostic(`stops after ${Math.round(stopsMs)} ms`);
    });
  }

  it('a caller whose browser is killed is noticed within 10 s: the callee stops', async (test) => {
    const flags = ['--window-name=killed'];
    const { ben } = await ringing({ flags });
    const killedAt = killBrowser(await stage().browser('chromium', { flags }));
    const stopsMs = (await awaitCallState(ben, 'ended', killedAt, 10_000)) - killedAt;
    assert.equal(await ben.endReason(), 'missed');
    test.diagnostic(`stops after ${Math.round(stopsMs)} ms`);
  });

  it('a caller whose tab has crashed and is loaded anew does not leave the callee ringing for nobody', async (test) => {
    const { ana, ben } = await ringing();
    await crashTab(ana);
    const reloadedAt = await reloadTab(ana);
    const stopsMs = (await awaitCallState(ben, 'ended', reloadedAt, 3_000)) - reloadedAt;
    assert.equal(await ben.endReason(), 'cancelled');
    await ana.waitForRoom('joined');
    await ana.call('Ben');
    await ben.accept();
    await expectLiveCall(ana, ben);
    test.diagnostic(`stops ${Math.round(stopsMs)} ms after the reload`);
  });
});
