import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { Peer } from '../rig/peer.js';
import { NetworkStage, type Person } from './network-stage.js';
import { elapse, firstFrameAfter, stateAfter } from './network-watch.js';

// Connections that are dead and do not say so: a frozen browser, a link that swallows everything, an address that is gone. Ana watches the room all the time.

interface Seen {
  readonly at: number;
  /** Nickname → whether online; a nickname that stands there twice is a defect. */
  readonly rows: readonly { readonly id: string; readonly nickname: string; readonly online: boolean }[];
}

declare global {
  // Set by `watchRoom`.
  var seen: Seen[];
}

/** Serialised into the page. */
function watchRoom(): void {
  globalThis.seen = [];
  document.addEventListener('rtc-members', (event) => {
    const { members } = (event as CustomEvent<{ members: Seen['rows'] }>).detail;
    seen.push({ at: Date.now(), rows: members.map(({ id, nickname, online }) => ({ id, nickname, online })) });
  });
}

let stage: NetworkStage;
let ana: Person;
let people: Record<'Ben' | 'Fay' | 'Uli' | 'Quin' | 'Rae', Person>;

/** When Ana's list first said this of somebody, after the moment. */
async function whenSeen(what: 'offline' | 'gone' | 'online', nickname: string, from: number, timeoutMs: number): Promise<number> {
  const question = (wanted: string, name: string, since: string) =>
    seen.some(({ at, rows }) => {
      const row = rows.find((each) => each.nickname === name);
      return at >= Number(since) && (wanted === 'gone' ? !row : row !== undefined && row.online === (wanted === 'online'));
    });
  await ana.peer.until(`${nickname} to be ${what}`, question as (...args: string[]) => boolean, [what, nickname, String(from)], timeoutMs);
  const log = await ana.peer.page.evaluate(() => seen);
  const is = ({ rows }: Seen): boolean => {
    const row = rows.find((each) => each.nickname === nickname);
    return what === 'gone' ? !row : row !== undefined && row.online === (what === 'online');
  };
  return (log.find((entry) => entry.at >= from && is(entry))?.at ?? Infinity) - from;
}

/** The ids under which Ana has seen somebody, whether the row was ever missing in between, and how often it changed. */
async function historyOf(nickname: string, from: number) {
  const log = (await ana.peer.page.evaluate(() => seen)).filter(({ at }) => at >= from);
  const rows = log.map(({ rows: all }) => all.filter((each) => each.nickname === nickname));
  return { ids: [...new Set(rows.flat().map(({ id }) => id))], counts: [...new Set(rows.map(({ length }) => length))], wasOffline: rows.flat().some(({ online }) => !online) };
}

const idOf = (peer: Peer) => peer.page.evaluate(() => rig.room().localMember?.id ?? '');

before(async () => {
  stage = await NetworkStage.start();
  await stage.startServer();
  const room = 'half-open';
  // One after the other: six browsers that start at once keep each other waiting.
  ana = await stage.person('Ana', { room, prelude: `(${watchRoom.toString()})()` });
  const each = async (nickname: string): Promise<Person> => stage.person(nickname, { room });
  people = { Ben: await each('Ben'), Fay: await each('Fay'), Uli: await each('Uli'), Quin: await each('Quin'), Rae: await each('Rae') };
  for (const nickname of Object.keys(people)) await ana.peer.waitForMember(nickname);
  await ana.peer.call('Ben');
  await people.Ben.peer.accept();
  await Promise.all([ana.peer, people.Ben.peer].map((peer) => peer.seesMovingFrames()));
});
after(() => stage.close());

describe('A member whose connection is dead without saying so', { concurrency: true }, () => {
  for (const [nickname, fault, breakIt] of [
    ['Fay', 'a frozen browser', () => people.Fay.machine.freeze()],
    ['Uli', 'a link that swallows everything', () => people.Uli.host.cut()],
  ] as const) {
    it(`(${fault}, idle) is offline within 10 s and off the list within 25 s`, async (t) => {
      const from = Date.now();
      breakIt();
      const offline = await whenSeen('offline', nickname, from, 15_000);
      const gone = await whenSeen('gone', nickname, from, 30_000);
      t.diagnostic(`${fault}, idle: offline after ${offline} ms, off the list after ${gone} ms`);
      assert.ok(offline <= 10_000, `offline after ${offline} ms`);
      assert.ok(gone <= 25_000, `off the list after ${gone} ms`);
      assert.deepEqual((await historyOf(nickname, from)).counts.sort(), [0, 1]);
    });
  }

  it('(a frozen browser, in a call) is covered at the peer within 7 s, offline within 10 s, and gone within 35 s', async (t) => {
    const ben = people.Ben;
    const from = Date.now();
    ben.machine.freeze();
    const covered = (await stateAfter(ana.peer, 'reconnecting', from, 10_000)).at - from;
    const offline = await whenSeen('offline', 'Ben', from, 15_000);
    const end = await stateAfter(ana.peer, 'ended', from, 45_000);
    const gone = await whenSeen('gone', 'Ben', from, 45_000);
    t.diagnostic(`frozen in a call: reconnecting after ${covered} ms, offline after ${offline} ms, call over after ${end.at - from} ms (${end.reason}), off the list after ${gone} ms`);
    assert.ok(covered <= 7_000, `covered after ${covered} ms`);
    assert.ok(offline <= 10_000, `offline after ${offline} ms`);
    assert.ok(gone <= 35_000, `off the list after ${gone} ms`);
    assert.equal(end.reason, 'peer-lost');
    assert.ok(end.at - from <= 40_000, `over after ${end.at - from} ms`);
    assert.deepEqual((await historyOf('Ben', from)).counts.sort(), [0, 1]);
  });

  it('(its address changed) is back at once, its new connection winning over the old one, and nobody sees it flicker', async (t) => {
    const { peer, host } = people.Quin;
    const id = await idOf(peer);
    const from = Date.now();
    host.moveTo(210);
    await peer.until('a new link', (since) => rig.events.some((event) => event.type === 'rtc-room-state' && event.detail['state'] === 'joined' && performance.timeOrigin + event.atMs >= Number(since)), [String(from)], 15_000);
    const back = Date.now() - from;
    // The server has let the old connection go by then; that must not be taken for the member's going.
    await elapse(12_000);
    t.diagnostic(`address changed: signaling back after ${back} ms`);
    assert.ok(back <= 5_000, `back after ${back} ms`);
    assert.equal(await idOf(peer), id);
    const { ids, counts, wasOffline } = await historyOf('Quin', from);
    assert.deepEqual({ ids, counts, wasOffline }, { ids: [id], counts: [1], wasOffline: false });
  });

  it('(cut off for 3 s, then for 12 s) is at most offline in between: the same member, never gone, never twice', async (t) => {
    const { peer, host } = people.Rae;
    const id = await idOf(peer);
    const from = Date.now();
    host.cut();
    await elapse(3_000);
    host.mend();
    await elapse(2_000);
    assert.equal((await historyOf('Rae', from)).wasOffline, false, 'nobody noticed 3 s');
    const long = Date.now();
    host.cut();
    await elapse(12_000);
    host.mend();
    const mended = Date.now();
    const back = await whenSeen('online', 'Rae', mended, 10_000);
    t.diagnostic(`cut for 12 s: online again after ${back} ms`);
    assert.ok(back <= 5_000, `online again after ${back} ms`);
    const { ids, counts, wasOffline } = await historyOf('Rae', long);
    assert.deepEqual({ ids, counts, wasOffline }, { ids: [id], counts: [1], wasOffline: true });
    assert.equal(await idOf(peer), id);
  });
});

describe('After all that', () => {
  it('whoever was frozen in a call beyond its time wakes to find it over, and itself in the room, within 5 s', async (t) => {
    const { machine, peer } = people.Ben;
    const from = Date.now();
    machine.thaw();
    const online = await whenSeen('online', 'Ben', from, 10_000);
    const end = await stateAfter(peer, 'ended', from, 40_000);
    t.diagnostic(`woken: in the list after ${online} ms, call over after ${end.at - from} ms (${end.reason})`);
    assert.ok(online <= 5_000, `in the list after ${online} ms`);
    assert.ok(end.at - from <= 5_000, `call over after ${end.at - from} ms`);
    await peer.releasesDevices();
  });

  it('whoever was frozen beyond their time comes back as one row', async () => {
    people.Fay.machine.thaw();
    people.Uli.host.mend();
    for (const nickname of ['Fay', 'Uli']) {
      await ana.peer.waitForMember(nickname);
      const rows = await ana.peer.page.evaluate((name) => rig.room().members.filter((member) => member.nickname.startsWith(name)).length, nickname);
      assert.equal(rows, 1);
    }
    // A call with somebody who was away works as with anybody.
    await ana.peer.call('Fay');
    await people.Fay.peer.accept();
    const now = Date.now();
    await Promise.all([ana.peer, people.Fay.peer].map((peer) => firstFrameAfter(peer, now, 20_000)));
  });
});
