import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { expectLiveCall, type Peer } from '../rig/peer.js';
import { uniqueRoom, type Rig } from '../rig/rig.js';
import { awaitCallState, awaitEqualLists, awaitMoment, hangUpNow, memberIdOf } from './page-facts.js';
import { reportMedia, watchMedia } from './page-media-watch.js';
import { MortalServer } from './server-life.js';

// Row 1 of the faults: the same for 0.5, 3 and 15 s in `npm test` and for 60 s in the soak.

const LIMITS = { gapMs: 500, backMs: 5_000, hangUpMs: 1_000 } as const;

export interface Company {
  readonly ana: Peer;
  readonly ben: Peer;
  /** In the room, in no call. */
  readonly cem: Peer;
  readonly all: readonly Peer[];
}

/** Ana and Ben in a call, Cem beside them. */
export async function openCompany(stage: Rig, server: string): Promise<Company> {
  const all = await stage.openTogether(['Ana', 'Ben', 'Cem'], { room: uniqueRoom(), server });
  const [ana, ben, cem] = all;
  assert.ok(ana && ben && cem);
  await ana.call('Ben');
  await ben.accept();
  await expectLiveCall(ana, ben);
  return { ana, ben, cem, all };
}

/** Everyone is in the room again within 5 s after the server is up; how long the slowest took. */
export async function awaitEveryoneBack(all: readonly Peer[], upAt: number, limitMs: number = LIMITS.backMs): Promise<number> {
  const moments = await Promise.all(all.map((peer) => awaitMoment(peer, 'return into the room', 'rtc-room-state', ({ state }) => state === 'joined', upAt - 500, limitMs + 500)));
  return Math.max(...moments) - upAt;
}

export interface OutageFigures {
  readonly largestGapMs: number;
  readonly backMs: number;
  readonly listsMs: number;
  readonly hangUpMs: number;
}

export async function surviveOutage(stage: Rig, downMs: number, settings: Readonly<Record<string, string>> = {}): Promise<OutageFigures> {
  const server = await MortalServer.start(settings);
  try {
    const { ana, ben, cem, all } = await openCompany(stage, server.url);
    const callId = await ana.page.evaluate(() => rig.room().currentCall?.callId);
    await watchMedia(ana, ben);
    const killedAt = await server.kill();
    await sleep(Math.max(0, killedAt + downMs - Date.now()));
    const upAt = await server.start();
    const backMs = await awaitEveryoneBack(all, upAt);
    const listsMs = (await awaitEqualLists(all, [ana, ben], upAt + LIMITS.backMs)) - upAt;

    const called = Date.now();
    const anaId = await memberIdOf(cem, 'Ana');
    await cem.page.evaluate((id) => rig.room().call(id), anaId);
    await awaitMoment(cem, 'being told busy', 'rtc-call-state', ({ state, reason }) => state === 'ended' && reason === 'busy', called, 2_000);

    const reports = await Promise.all([ana, ben].map(reportMedia));
    const largestGapMs = Math.max(...reports.map((report) => report.largestGapMs));
    for (const [index, peer] of [ana, ben].entries()) {
      assert.deepEqual(reports[index]?.stateChanges, [], `${peer.nickname}'s connection never changed its state`);
      assert.ok(!(await peer.callStates()).includes('reconnecting'), `${peer.nickname} saw no alarm`);
      assert.equal(await peer.page.evaluate(() => rig.room().currentCall?.callId), callId);
    }
    assert.ok(largestGapMs <= LIMITS.gapMs, `the longest time without a picture was ${Math.round(largestGapMs)} ms`);

    const hungUpAt = await hangUpNow(ana);
    const hangUpMs = (await awaitCallState(ben, 'ended', hungUpAt, LIMITS.hangUpMs)) - hungUpAt;
    assert.equal(await ben.endReason(), 'remote-hangup');
    await awaitEqualLists(all, [], Date.now() + 2_000);
    return { largestGapMs, backMs, listsMs, hangUpMs };
  } finally {
    await server.close();
  }
}

export const told = (figures: object): string =>
  Object.entries(figures).map(([name, ms]) => `${name.replace(/Ms$/, '')} ${Math.round(Number(ms))} ms`).join(', ');
