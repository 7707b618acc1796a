import assert from 'node:assert/strict';
import { after, describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { useRig } from '../rig/rig.js';
import { hangUpNow, awaitCallState } from './page-facts.js';
import { reportMedia, watchMedia } from './page-media-watch.js';
import { MortalServer } from './server-life.js';
import { awaitEveryoneBack, openCompany } from './server-outage.js';
import { densest, Swarm } from './server-swarm.js';

const stage = useRig();
const CLIENTS = 1_000;
const ROOM_SIZE = 20;

const swarm = new Swarm();
after(() => swarm.close());

async function holds(what: string, limitMs: number, question: () => number): Promise<void> {
  for (const deadline = Date.now() + limitMs; question() > 0; await sleep(20)) {
    if (Date.now() > deadline) assert.fail(`${what}: ${question()} after ${limitMs} ms`);
  }
}

describe('SIGTERM under 1,000 clients', () => {
  it('drains, exits within 10 s, and after the restart all are back one after the other, no call lost', async (test) => {
    const server = await MortalServer.start();
    try {
      await swarm.join(server.url, CLIENTS, ROOM_SIZE);
      await swarm.callInEachRoom();
      await holds('calls that are not listed yet', 2_000, () => swarm.lostCalls().length);
      const { ana, ben, all } = await openCompany(stage(), server.url);
      await watchMedia(ana, ben);

      const { code, ms: exitMs } = await server.terminate();
      assert.equal(code, 0, 'an orderly end');
      assert.ok(exitMs <= 10_000, `exit took ${exitMs} ms`);
      const undrained = swarm.clients.filter(({ events }) => !events.some((event) => event.t === 'drain'));
      assert.equal(undrained.length, 0, `${undrained.length} clients were not told when to come back`);
      const drains = swarm.clients.map(({ events }) => events.flatMap((event) => (event.t === 'drain' ? [event.afterMs] : []))[0] ?? 0).sort((a, b) => a - b);
      assert.ok(densest(drains, 250) <= CLIENTS / 5, 'the delays named are spread');

      const upAt = await server.start();
      await holds('clients that are not back', 10_000, () => CLIENTS - swarm.returns(upAt).length);
      const returns = swarm.returns(upAt);
      const allBackMs = (returns.at(-1) ?? 0) - upAt;
      const burst = densest(returns, 250);
      assert.ok(burst <= CLIENTS * 0.4, `${burst} of ${CLIENTS} came back within one quarter of a second`);
      const tries = Math.max(...swarm.clients.map(({ states }) => states.filter(({ state }) => state === 'reconnecting').length));
      assert.ok(tries <= 4, `a client needed ${tries} tries`);

      test.diagnostic(`exit ${Math.round(exitMs)} ms, all back ${Math.round(allBackMs)} ms after the start, at most ${burst} within 250 ms and ${tries} tries each`);

      await holds('rooms whose members hold different lists', 5_000, () => swarm.unequalRooms().length);
      await awaitEveryoneBack(all, upAt, 10_000);
      await holds('calls that were lost', 5_000, () => swarm.lostCalls().length);
      const [one] = swarm.calls;
      assert.ok(one);
      await one.caller.signaling.request('hangup', { callId: one.callId, reason: 'hangup' });
      await one.callee.until('the end', () => one.callee.call?.state === 'ended', 1_000);

      const reports = await Promise.all([ana, ben].map(reportMedia));
      for (const { largestGapMs, stateChanges } of reports) {
        assert.deepEqual(stateChanges, []);
        // Not 500 ms: a thousand clients and their server share the processors with these two pages.
        assert.ok(largestGapMs <= 2_000, `no picture for ${largestGapMs} ms`);
      }
      const hungUpAt = await hangUpNow(ana);
      await awaitCallState(ben, 'ended', hungUpAt, 1_000);
      test.diagnostic(`largest gap ${Math.round(Math.max(...reports.map((report) => report.largestGapMs)))} ms`);
    } finally {
      await server.close();
    }
  });
});
