import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import type { LoggedEvent } from '../rig/page-probe.js';
import type { Peer } from '../rig/peer.js';

// What pages know and when they knew it. All pages run on this machine: their clocks are one.

/** The moment (epoch ms) of the first such event in the page at or after `since`, null if there is none yet. */
export async function momentOf(peer: Peer, type: string, fits: (detail: LoggedEvent['detail']) => boolean, since = 0): Promise<number | null> {
  const { origin, events } = await peer.page.evaluate((wanted) => ({
    origin: performance.timeOrigin,
    events: rig.events.filter((event) => event.type === wanted),
  }), type);
  const found = events.find(({ detail, atMs }) => origin + atMs >= since && fits(detail));
  return found ? origin + found.atMs : null;
}

/** The moment of such an event, waited for; fails `limitMs` after `since`. */
export async function awaitMoment(peer: Peer, what: string, type: string, fits: (detail: LoggedEvent['detail']) => boolean, since: number, limitMs: number): Promise<number> {
  // The event may be in time although the answer of a busy page comes late: a moment more for the question, none for the event.
  for (const lastAsk = since + limitMs + 1_000; ; await sleep(20)) {
    const moment = await momentOf(peer, type, fits, since);
    if (moment !== null) {
      assert.ok(moment - since <= limitMs, `${peer.nickname}: ${what} took ${Math.round(moment - since)} ms, ${limitMs} are allowed`);
      return moment;
    }
    if (Date.now() > lastAsk) {
      const events = await peer.page.evaluate(() => rig.events.map(({ type: name, detail }) => `${name} ${JSON.stringify(detail)}`).slice(-10)).catch(String);
      assert.fail(`${peer.nickname}: no ${what} within ${limitMs} ms. Events: ${JSON.stringify(events, null, 1)}`);
    }
  }
}

export const awaitCallState = (peer: Peer, state: string, since: number, limitMs: number): Promise<number> =>
  awaitMoment(peer, `call state ${state}`, 'rtc-call-state', (detail) => detail['state'] === state, since, limitMs);

/** Clicks and says when the page got it (epoch ms). */
export function hangUpNow(peer: Peer): Promise<number> {
  return peer.page.evaluate(() => {
    const at = performance.timeOrigin + performance.now();
    rig.part('hangup-button')?.click();
    return at;
  });
}

export function memberIdOf(peer: Peer, nickname: string): Promise<string> {
  return peer.page.evaluate((wanted) => rig.room().members.find((member) => member.nickname === wanted)?.id ?? '', nickname);
}

/** The list as this page shows it to itself: one line a member, in an order that is the same everywhere. */
export function memberList(peer: Peer): Promise<string[]> {
  return peer.page.evaluate(() => rig.room().members.map(({ id, nickname, busy, online }) => `${id} ${nickname}${busy ? ' busy' : ''}${online ? '' : ' offline'}`).sort());
}

/** All pages hold one and the same list of just these people, so busy; fails at `deadline` (epoch ms) with what each holds. Returns the moment it was seen. */
export async function awaitEqualLists(peers: readonly Peer[], busy: readonly Peer[], deadline: number): Promise<number> {
  const expected = peers.map((peer) => `${peer.nickname}${busy.includes(peer) ? ' busy' : ''}`).sort();
  for (;;) {
    const lists = await Promise.all(peers.map(memberList));
    const same = lists.every((list) => list.join() === lists[0]?.join());
    const named = (lists[0] ?? []).map((line) => line.slice(line.indexOf(' ') + 1)).sort();
    if (same && named.join() === expected.join()) return Date.now();
    if (Date.now() > deadline) assert.fail(`the lists are not equal in time; wanted ${expected.join(', ')}: ${JSON.stringify(lists, null, 1)}`);
    await sleep(20);
  }
}
