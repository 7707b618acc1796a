import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { createSignalingServer, type SignalingServer } from '../../../src/server/index.js';
import { seeded } from '../../node/hub/seeded.js';
import { MemoryLog } from '../../node/server/memory-log.js';
import { expectLiveCall, type Peer } from '../rig/peer.js';
import { Rig, uniqueRoom, type OpenOptions } from '../rig/rig.js';
import { shufflePrelude } from './races-shuffle.js';

// Rows 7 and 8 with real browsers, real connections and real cameras (fake ones of the browser), 25 of each, in pages whose signaling messages are held and
// overtake each other. `RACES_SEED` starts the chances elsewhere; the times of browsers are their own.

const SEED = Number(process.env['RACES_SEED'] ?? 1);
const ROUNDS = 25;
const random = seeded(SEED);
let stage: Rig;
let server: SignalingServer;
let url = '';
const people: Record<'ana' | 'ben' | 'cleo' | 'uma' | 'umaAgain', Peer> = {} as never;

/** Everybody is somebody by token: an operator's hook, which the program started by the rig does not have. */
async function open(nickname: string, seed: number, options: OpenOptions): Promise<Peer> {
  return stage.open({ server: url, nickname, prelude: shufflePrelude(seed, 15, 120), ...options });
}

async function start(): Promise<void> {
  stage = await Rig.start();
  server = createSignalingServer({ port: 0, host: '127.0.0.1', demo: 'off', sessionSecret: 'a secret of this test, long enough', logger: new MemoryLog(), authorize: (token) => (token === null ? null : { userId: token }) });
  url = (await server.listen()).url;
  const room = uniqueRoom();
  const names = { ana: 'Ana', ben: 'Ben', cleo: 'Cleo', uma: 'Uma', umaAgain: 'Uma' } as const;
  await Promise.all(Object.entries(names).map(async ([key, nickname], at) => {
    people[key as keyof typeof people] = await open(nickname, SEED * 10 + at, { room, attributes: `token="${nickname.toLowerCase()}"` });
  }));
  for (const peer of Object.values(people)) await peer.until('four members', () => rig.room().members.length === 4);
}

async function stop(): Promise<void> {
  await stage?.close();
  await server?.close();
}

const idOf = (peer: Peer): Promise<string> => peer.page.evaluate(() => rig.room().localMember?.id ?? '');
const dial = (from: Peer, to: string): Promise<void> => from.page.evaluate((id) => void rig.room().call(id).catch(() => {}), to);
const hangUp = (peer: Peer): Promise<void> => peer.page.evaluate(() => rig.view().hangup());
const accept = (peer: Peer): Promise<void> => peer.page.evaluate(() => void rig.view().accept().catch(() => {}));
const soon = <T>(mostMs: number, run: () => Promise<T>): Promise<T> => new Promise((resolve) => setTimeout(resolve, random() * mostMs)).then(run);
const callIdOf = (peer: Peer): Promise<string> => peer.page.evaluate(() => rig.room().currentCall?.callId ?? '');

/** The events of calls since the last round. */
async function heard(peer: Peer): Promise<{ type: string; state: unknown; reason: unknown; callId: unknown }[]> {
  const events = await peer.page.evaluate(() => rig.events.splice(0));
  return events.filter(({ type }) => type === 'rtc-call-state' || type === 'rtc-call-incoming').map(({ type, detail }) => ({ type, state: detail['state'], reason: detail['reason'], callId: detail['callId'] }));
}
const ends = (events: Awaited<ReturnType<typeof heard>>): unknown[] => events.filter(({ state }) => state === 'ended').map(({ reason }) => reason);

/** Each round begins and ends with everybody free. */
async function round(run: () => Promise<void>): Promise<void> {
  await Promise.all(Object.values(people).map(heard));
  await run();
  await Promise.all(Object.values(people).map(async (peer) => {
    await peer.until('nobody to be busy', () => rig.room().members.every(({ busy }) => !busy));
    await peer.until('every device to be off', () => rig.liveTracks() === 0, [], 1_000);
  }));
}

async function rounds(run: (at: number) => Promise<void>): Promise<void> {
  for (let at = 0; at < ROUNDS; at++) {
    try {
      await round(() => run(at));
    } catch (error) {
      throw new Error(`round ${at} of RACES_SEED=${SEED}: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
    }
  }
}

async function ring(from: Peer, ...to: readonly [Peer, ...Peer[]]): Promise<void> {
  await dial(from, await idOf(to[0]));
  await Promise.all(to.map((peer) => peer.waitForCall('incoming')));
}

async function bothActive(...peers: readonly Peer[]): Promise<void> {
  await Promise.all(peers.map((peer) => peer.waitForCall('active', 15_000)));
}

describe('Races between pages whose messages overtake each other', { concurrency: 1 }, () => {
  before(start);
  after(stop);

  it('25 mutual calls: one connected call each, never busy, no ringing', async () => {
    const { ana, ben } = people;
    const ids = await Promise.all([idOf(ana), idOf(ben)]);
    await rounds(async (at) => {
      await Promise.all([dial(ana, ids[1]), dial(ben, ids[0])]);
      await bothActive(ana, ben);
      assert.equal(await callIdOf(ana), await callIdOf(ben));
      if (at % 5 === 0) await expectLiveCall(ana, ben);
      const told = (await Promise.all([ana, ben].map(heard))).flat();
      assert.deepEqual(told.filter(({ type, state }) => type === 'rtc-call-incoming' || state === 'ended'), []);
      await hangUp(random() < 0.5 ? ana : ben);
      await Promise.all([ana, ben].map((peer) => peer.waitForCall('ended')));
    });
  });

  it('25 times two call one third: exactly one rings there, the other is told busy', async () => {
    const { ana, ben, cleo } = people;
    const id = await idOf(cleo);
    await rounds(async () => {
      await Promise.all([soon(30, () => dial(ana, id)), soon(30, () => dial(ben, id))]);
      await cleo.waitForCall('incoming');
      await Promise.race([ana, ben].map((peer) => peer.waitForCall('ended')));
      const [winner, loser] = (await ana.callState()) === 'ended' ? [ben, ana] : [ana, ben];
      assert.equal(await loser.endReason(), 'busy');
      await accept(cleo);
      await bothActive(cleo, winner);
      assert.deepEqual((await heard(cleo)).filter(({ type }) => type === 'rtc-call-incoming').map(({ callId }) => callId), [await callIdOf(winner)]);
      await hangUp(cleo);
      await winner.waitForCall('ended');
    });
  });

  it('25 times accept against cancel: one verdict, told to both', async () => {
    const { ana, ben } = people;
    await rounds(async () => {
      await ring(ana, ben);
      await Promise.all([soon(150, () => hangUp(ana)), soon(150, () => accept(ben))]);
      await Promise.all([ana, ben].map((peer) => peer.waitForCall('ended')));
      const verdict = (await Promise.all([ana, ben].map(async (peer) => ends(await heard(peer)).join()))).join('|');
      assert.ok(['cancelled|cancelled', 'hangup|remote-hangup'].includes(verdict), verdict);
    });
  });

  it('25 double hang-ups, some with two clicks on one button: one end each, no new call', async () => {
    const { ana, ben } = people;
    await rounds(async (at) => {
      await ring(ana, ben);
      await accept(ben);
      await bothActive(ana, ben);
      const callId = await callIdOf(ana);
      const button = at % 5 === 0 ? await hangUpButtonOf(ana) : null;
      const press = (): Promise<void> => (button ? ana.page.mouse.click(button.x, button.y, { count: 2, delay: 20 }) : hangUp(ana));
      await Promise.all([soon(20, () => hangUp(ben)), soon(20, press)]);
      await new Promise((resolve) => setTimeout(resolve, 400));
      for (const peer of [ana, ben]) {
        const told = await heard(peer);
        assert.deepEqual([ends(told).length, await peer.callState()], [1, 'ended']);
        assert.deepEqual([...new Set(told.flatMap((event) => event.callId ?? []))], [callId], 'no other call');
      }
    });
  });

  it('25 times one identity in two tabs: both ring, the first accept wins, the other hears answered-elsewhere within a second and opens no camera', async () => {
    const { ana, uma, umaAgain } = people;
    assert.equal(await idOf(uma), await idOf(umaAgain));
    await rounds(async (at) => {
      await ring(ana, uma, umaAgain);
      const [presses, waits] = at % 2 === 0 ? [uma, umaAgain] : [umaAgain, uma];
      const both = at % 3 !== 0;
      const opened = await waits.page.evaluate(() => rig.tracks.length);
      await Promise.all([presses, ...(both ? [waits] : [])].map((peer) => soon(both ? 40 : 0, () => accept(peer))));
      await ana.waitForCall('active', 15_000);
      const loser = await Promise.any([uma, umaAgain].map((peer) => peer.waitForCall('ended', 1_000).then(() => peer)));
      const winner = loser === uma ? umaAgain : uma;
      await winner.waitForCall('active');
      assert.deepEqual([await loser.endReason(), await loser.liveTracks()], ['answered-elsewhere', 0]);
      if (!both) assert.deepEqual([loser, await waits.page.evaluate(() => rig.tracks.length)], [waits, opened], 'its camera was never asked for');
      await hangUp(winner);
      await ana.waitForCall('ended');
    });
  });

  it('the messages did overtake each other', async () => {
    for (const peer of Object.values(people)) {
      const { messages, overtaken } = await peer.page.evaluate(() => globalThis.shuffled);
      assert.ok(messages > 100 && overtaken > 10, `${peer.nickname}: ${overtaken} of ${messages}`);
    }
  });

  it('a tab that is duplicated in a call becomes a second member and takes nothing from the first', async () => {
    const room = uniqueRoom();
    const [kim, lou] = await Promise.all(['Kim', 'Lou'].map((nickname) => stage.open({ room, nickname })));
    assert.ok(kim && lou);
    await Promise.all([kim.waitForMember('Lou'), lou.waitForMember('Kim')]);
    await kim.call('Lou');
    await lou.accept();
    await expectLiveCall(kim, lou);
    const [id, callId] = [await idOf(kim), await callIdOf(kim)];
    // window.open copies sessionStorage, as duplicating a tab does.
    await kim.page.evaluate(() => void globalThis.open(location.href));
    await kim.until('three members', () => rig.room().members.length === 3);
    // A page behind another one counts no frames.
    await kim.page.bringToFront();
    await expectLiveCall(kim, lou);
    assert.deepEqual([await idOf(kim), await callIdOf(kim), await kim.errorCodes()], [id, callId, []]);
    assert.equal(await kim.page.evaluate(() => rig.room().members.filter(({ busy }) => busy).length), 2, 'the copy is not in the call');
    assert.ok(!(await kim.callStates()).includes('reconnecting'));
  });
});

/** Where the hang-up button is, while it is there. */
async function hangUpButtonOf(peer: Peer): Promise<{ x: number; y: number }> {
  await peer.waitForPart('hangup-button');
  return peer.page.evaluate(() => {
    const { x, y, width, height } = rig.part('hangup-button')!.getBoundingClientRect();
    return { x: x + width / 2, y: y + height / 2 };
  });
}
