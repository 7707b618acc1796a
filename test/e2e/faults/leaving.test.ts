import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { expectLiveCall, type Peer } from '../rig/peer.js';
import { NetworkStage, type Person } from './network-stage.js';
import { elapse, firstFrameAfter, stateAfter, statesSince } from './network-watch.js';

// The ways in which a person goes without hanging up, and two in which a page only seems to go.

/** Serialised into the page, which may come back from the cache as it was. */
function watchCache(): void {
  addEventListener('pageshow', ({ persisted }) => {
    document.documentElement.dataset['restored'] = String(persisted);
  });
}

/** The caller never takes the answer of its first connection: it is still connecting when it goes. */
function holdFirstAnswer(): void {
  const { prototype } = RTCPeerConnection;
  const set: (this: RTCPeerConnection, description: RTCSessionDescriptionInit) => Promise<void> = prototype.setRemoteDescription;
  let isHeld = false;
  prototype.setRemoteDescription = function (this: RTCPeerConnection, description: RTCSessionDescriptionInit): Promise<void> {
    if (isHeld || description.type !== 'answer') return set.call(this, description);
    isHeld = true;
    return new Promise(() => {});
  };
}

let stage: NetworkStage;
before(async () => {
  stage = await NetworkStage.start();
  await stage.startServer();
});
after(() => stage.close());

/** They left: the peer's view says so at once, covers the frozen picture, and gives them up when they do not return. */
async function expectLeft(ana: Peer, from: number, say: (line: string) => void): Promise<void> {
  const noticed = (await stateAfter(ana, 'reconnecting', from, 5_000)).at - from;
  await ana.until('words', () => /left the page/.test(rig.part('status')?.textContent ?? ''));
  await expectCovered(ana);
  const end = await stateAfter(ana, 'ended', from, 15_000);
  say(`reconnecting after ${noticed} ms, ${end.reason} after ${end.at - from} ms`);
  assert.equal(end.reason, 'peer-left');
  assert.ok(noticed <= 500, `reconnecting after ${noticed} ms`);
  assert.ok(end.at - from <= 10_000, `over after ${end.at - from} ms`);
  await ana.releasesDevices();
  await ana.until('them to be off the list', () => rig.room().members.length === 1);
}

/** Hardly to be seen, and the avatar stands over it. */
async function expectCovered(ana: Peer): Promise<void> {
  await ana.until('the frozen picture to be covered', () => {
    const video = rig.video('remote-video');
    return rig.isShown('placeholder') && video !== null && Number(getComputedStyle(video).opacity) <= 0.2;
  });
}

const framesDecoded = (peer: Peer): Promise<number> =>
  peer.page.evaluate(async () => {
    const report = [...((await rig.view().peerConnection?.getStats()) ?? new Map()).values()] as { framesDecoded?: number }[];
    return Math.max(0, ...report.map(({ framesDecoded: count = 0 }) => count));
  });

describe('A person who goes', { concurrency: true }, () => {
  it('by closing the tab has left: said within 500 ms, over within 10 s', async (t) => {
    const [ana, ben] = await stage.inCallHere('Ana', 'Ben');
    const from = Date.now();
    // As a person closes it, not as a debugger removes it: its pagehide runs.
    await Promise.all([ben.page.close(), expectLeft(ana, from, (line) => t.diagnostic(`tab closed: ${line}`))]);
  });

  it('by following a link has left', async (t) => {
    const [ana, ben] = await stage.inCallHere('Cleo', 'Dan');
    const elsewhere = stage.page('<title>Elsewhere</title>');
    const from = Date.now();
    await ben.page.evaluate((address) => {
      location.href = address;
    }, elsewhere);
    await expectLeft(ana, from, (line) => t.diagnostic(`navigated away: ${line}`));
  });

  it('by the back button has left', async (t) => {
    const [ana, ben] = await stage.inCallHere('Eve', 'Finn', { before: stage.page('<title>Before</title>') });
    const from = Date.now();
    await ben.page.evaluate(() => history.back());
    await expectLeft(ana, from, (line) => t.diagnostic(`back button: ${line}`));
    assert.equal(await ben.page.title(), 'Before');
  });

  it('because the browser died is covered within 7 s and given up as lost within 30 s', async (t) => {
    const room = `killed-${Date.now()}`;
    const [ana, ben] = await Promise.all([stage.person('Gus', { room }), stage.person('Hal', { room })]);
    await ana.peer.call('Hal');
    await ben.peer.accept();
    await Promise.all([ana, ben].map(({ peer }) => peer.seesMovingFrames()));
    const from = Date.now();
    ben.machine.kill();
    const noticed = (await stateAfter(ana.peer, 'reconnecting', from, 10_000)).at - from;
    await expectCovered(ana.peer);
    const end = await stateAfter(ana.peer, 'ended', from, 40_000);
    t.diagnostic(`browser killed: reconnecting after ${noticed} ms, ${end.reason} after ${end.at - from} ms`);
    assert.ok(noticed <= 7_000, `reconnecting after ${noticed} ms`);
    assert.equal(end.reason, 'peer-lost');
    assert.ok(end.at - from <= 30_000, `over after ${end.at - from} ms`);
    await ana.peer.releasesDevices();
  });
});

describe('A page that only seems to go', { concurrency: true }, () => {
  it('(frozen by the browser for 5 s) keeps its call', async () => {
    const [ana, ben] = await stage.inCallHere('Ida', 'Jon');
    const from = Date.now();
    const debug = await ben.page.createCDPSession();
    await debug.send('Page.setWebLifecycleState', { state: 'frozen' });
    await elapse(5_000);
    await debug.send('Page.setWebLifecycleState', { state: 'active' });
    await firstFrameAfter(ana, Date.now(), 5_000);
    // Its page counts as hidden from then on, and draws nothing: what arrives is asked of the connection.
    const decoded = await framesDecoded(ben);
    await ben.until('more pictures', async (before) => {
      const report = [...((await rig.view().peerConnection?.getStats()) ?? new Map()).values()] as { kind?: string; framesDecoded?: number }[];
      return report.some(({ framesDecoded: count = 0 }) => count >= Number(before) + 10);
    }, [String(decoded)], 5_000);
    for (const peer of [ana, ben]) assert.deepEqual(await statesSince(peer, from), []);
    await ana.hangUp();
    await ben.waitForEnd('remote-hangup');
  });

  it('(kept in the back/forward cache) is in the room again when it is shown again, and can be called', async (t) => {
    const room = `cached-${Date.now()}`;
    const prelude = `(${watchCache.toString()})()`;
    const ana: Person = await stage.person('Kim', { room });
    const ben = await stage.open(ana.machine, 'Lea', { room, prelude });
    await ana.peer.waitForMember('Lea');
    await ben.page.evaluate((address) => {
      location.href = address;
    }, stage.page('<title>Elsewhere</title>'));
    await ben.until('the other page', () => document.title === 'Elsewhere');
    await ana.peer.until('Lea to be away', () => rig.room().members.every(({ nickname, online }) => nickname !== 'Lea' || !online));
    await ben.page.evaluate(() => history.back());
    await ben.until('the page to be back from the cache', () => document.documentElement.dataset['restored'] === 'true');
    const from = Date.now();
    await ben.waitForRoom('joined');
    await ana.peer.until('Lea to be back', () => rig.room().members.filter(({ nickname, online }) => nickname === 'Lea' && online).length === 1);
    t.diagnostic(`restored from the back/forward cache: in the room again after ${Date.now() - from} ms`);
    await ana.peer.call('Lea');
    await ben.accept();
    await Promise.all([ana.peer, ben].map((peer) => peer.seesMovingFrames()));
  });

  it('(kept in the cache during a call, and shown again within the return window) is in the same call again', async (t) => {
    const [ana, ben] = await stage.inCallHere('Max', 'Nora', { prelude: `(${watchCache.toString()})()` });
    const callId = await ana.page.evaluate(() => rig.room().currentCall?.callId);
    const left = Date.now();
    await ben.page.evaluate((address) => {
      location.href = address;
    }, stage.page('<title>Elsewhere</title>'));
    await ben.until('the other page', () => document.title === 'Elsewhere');
    await stateAfter(ana, 'reconnecting', left, 5_000);
    const from = Date.now();
    await ben.page.evaluate(() => history.back());
    await ben.until('the page to be back from the cache', () => document.documentElement.dataset['restored'] === 'true');
    const back = await stateAfter(ana, 'active', from, 10_000);
    await Promise.all([ana, ben].map((peer) => firstFrameAfter(peer, back.at, 10_000)));
    await ben.waitForCall('active');
    t.diagnostic(`restored from the back/forward cache in a call: active again after ${back.at - from} ms`);
    for (const peer of [ana, ben]) assert.equal(await peer.page.evaluate(() => rig.room().currentCall?.callId), callId);
    await ana.hangUp();
    await ben.waitForEnd('remote-hangup');
  });

  it('(kept in the cache while it still connects) connects when it is shown again, and nobody reads of a missing TURN server', async () => {
    const room = `connecting-${Date.now()}`;
    const prelude = `(${watchCache.toString()})(); (${holdFirstAnswer.toString()})()`;
    const { peer: ana, machine } = await stage.person('Oda', { room, prelude });
    const ben = await stage.open(machine, 'Per', { room });
    await ana.call('Per');
    await ben.accept();
    await ana.waitForCall('connecting');
    const callId = await ana.page.evaluate(() => rig.room().currentCall?.callId);
    await ana.page.evaluate((address) => {
      location.href = address;
    }, stage.page('<title>Elsewhere</title>'));
    await ana.until('the other page', () => document.title === 'Elsewhere');
    await ana.page.evaluate(() => history.back());
    await ana.until('the page to be back from the cache', () => document.documentElement.dataset['restored'] === 'true');
    await expectLiveCall(ana, ben);
    assert.deepEqual(await Promise.all([ana, ben].map((peer) => peer.page.evaluate(() => rig.room().currentCall?.callId))), [callId, callId]);
    assert.deepEqual(await Promise.all([ana, ben].map((peer) => peer.errorCodes())), [[], []]);
  });
});
