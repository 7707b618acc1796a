import assert from 'node:assert/strict';
import { afterEach, describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { expectLiveCall, type Peer } from '../rig/peer.js';
import { uniqueRoom, useRig } from '../rig/rig.js';
import { awaitCallState, awaitEqualLists, hangUpNow } from './page-facts.js';
import { crashTab, departuresSeenBy, reloadTab, watchDepartures } from './page-loss.js';

const stage = useRig();
afterEach(() => stage().closePeers());

const RETURN_MS = 8_000;
/** In the first life of the page: as long as a person looks at the browser's question. */
const SLOW_CAMERA = `
  const open = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
  const first = !sessionStorage.getItem('opened');
  navigator.mediaDevices.getUserMedia = async (wanted) => {
    sessionStorage.setItem('opened', 'yes');
    if (first) await new Promise((resolve) => setTimeout(resolve, 30_000));
    return open(wanted);
  };`;
const callIdOf = (peer: Peer) => peer.page.evaluate(() => rig.room().currentCall?.callId);

async function inCall(): Promise<{ ana: Peer; ben: Peer; callId: string | undefined }> {
  const [ana, ben] = await stage().openTogether(['Ana', 'Ben']);
  assert.ok(ana && ben);
  await ana.call('Ben');
  await ben.accept();
  await expectLiveCall(ana, ben);
  return { ana, ben, callId: await callIdOf(ana) };
}

/** The one who stayed saw an interruption of one and the same call, and the other never leave. */
async function expectSameCall(gone: Peer, stayed: Peer, callId: string | undefined): Promise<void> {
  assert.equal(await callIdOf(gone), callId, 'the same call here');
  assert.equal(await callIdOf(stayed), callId, 'and there');
  assert.ok(!(await stayed.callStates()).includes('ended'), `${stayed.nickname}'s call never ended`);
  assert.deepEqual(await departuresSeenBy(stayed), [], 'nobody left');
  await expectLiveCall(gone, stayed);
  await awaitEqualLists([gone, stayed], [gone, stayed], Date.now() + 2_000);
}

describe('A tab in a call', () => {
  for (const who of ['callee', 'caller'] as const) {
    it(`reloaded by the ${who}, is back in the same call by itself, and can hang up`, async (test) => {
      const { ana, ben, callId } = await inCall();
      const [gone, stayed] = who === 'callee' ? [ben, ana] : [ana, ben];
      await watchDepartures(stayed);
      const reloadedAt = await reloadTab(gone);
      const saidMs = (await awaitCallState(stayed, 'reconnecting', reloadedAt, 1_000)) - reloadedAt;
      const backMs = (await awaitCallState(gone, 'active', reloadedAt, RETURN_MS)) - reloadedAt;
      await awaitCallState(stayed, 'active', reloadedAt + saidMs, RETURN_MS);
      await expectSameCall(gone, stayed, callId);
      const hungUpAt = await hangUpNow(gone);
      await awaitCallState(stayed, 'ended', hungUpAt, 1_000);
      assert.equal(await stayed.endReason(), 'remote-hangup');
      test.diagnostic(`said after ${Math.round(saidMs)} ms, back after ${Math.round(backMs)} ms`);
    });
  }

  it('reloaded while its camera still opens, comes back with camera and microphone', async () => {
    const room = uniqueRoom();
    const [ana, ben] = await Promise.all([stage().open({ room, nickname: 'Ana' }), stage().open({ room, nickname: 'Ben', prelude: SLOW_CAMERA })]);
    await ana.call('Ben');
    await ben.accept();
    await Promise.all([ana, ben].map((peer) => peer.waitForCall('active')));
    assert.equal(await ben.liveTracks(), 0, 'the camera is still to come');
    await reloadTab(ben);
    await expectLiveCall(ana, ben);
  });

  it('reloaded twice and by both sides one after the other is still in the same call', async () => {
    const { ana, ben, callId } = await inCall();
    await watchDepartures(ana);
    for (let round = 0; round < 2; round += 1) await awaitCallState(ben, 'active', await reloadTab(ben), RETURN_MS);
    await expectSameCall(ben, ana, callId);
    await watchDepartures(ben);
    await awaitCallState(ana, 'active', await reloadTab(ana), RETURN_MS);
    await expectSameCall(ana, ben, callId);
  });

  it('whose renderer crashes is back in the same call after a reload within the grace', async (test) => {
    const { ana, ben, callId } = await inCall();
    await watchDepartures(ana);
    const crashedAt = await crashTab(ben);
    // How soon is what the tests of lost browsers are about.
    await awaitCallState(ana, 'reconnecting', crashedAt, 10_000);
    // As long as it takes a person to see what happened: past the return window of a reload, within the grace of a lost one.
    await sleep(Math.max(0, crashedAt + 11_000 - Date.now()));
    const reloadedAt = await reloadTab(ben);
    const backMs = (await awaitCallState(ben, 'active', reloadedAt, RETURN_MS)) - reloadedAt;
    await ana.waitForCall('active');
    await expectSameCall(ben, ana, callId);
    test.diagnostic(`back ${Math.round(backMs)} ms after the reload`);
  });
});
