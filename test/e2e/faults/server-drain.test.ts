import assert from 'node:assert/strict';
import { afterEach, describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { useRig } from '../rig/rig.js';
import { hangUpNow, awaitCallState } from './page-facts.js';
import { reportMedia, watchMedia } from './page-media-watch.js';
import { MortalServer } from './server-life.js';
import { awaitEveryoneBack, openCompany } from './server-outage.js';
import { SwarmProcess, type Question } from './server-swarm-process.js';

const stage = useRig();
afterEach(() => stage().closePeers());

const CLIENTS = 1_000;
const ROOM_SIZE = 20;
const BACK_MS = 10_000;

/** Asks until nothing of this kind is left, at most until then. */
async function awaitNone(swarm: SwarmProcess, what: Question, since: number, deadline: number): Promise<void> {
  for (let left = await swarm.look(what, since); left > 0; left = await swarm.look(what, since)) {
    if (Date.now() > deadline) assert.fail(`${what}: ${left} are left`);
    await sleep(250);
  }
}

describe('SIGTERM under 1,000 clients', () => {
  it('drains, exits within 10 s, and after the restart all are back one after the other, no call lost', async (test) => {
    const swarm = new SwarmProcess();
    const server = await MortalServer.start();
    try {
      await swarm.join(server.url, CLIENTS, ROOM_SIZE);
      await swarm.callInEachRoom();
      await awaitNone(swarm, 'lostCalls', 0, Date.now() + 5_000);
      const { ana, ben, all } = await openCompany(stage(), server.url);
      await watchMedia(ana, ben);

      const { code, ms: exitMs } = await server.terminate();
      const upAt = await server.start();
      assert.equal(code, 0, 'an orderly end');
      assert.ok(exitMs <= 10_000, `exit took ${exitMs} ms`);
      assert.equal(await swarm.look('undrained'), 0, 'all were told when to come back');
      assert.ok((await swarm.look('drainBurst')) <= CLIENTS / 5, 'the moments named are spread');

      await awaitNone(swarm, 'missing', upAt, upAt + BACK_MS);
      const lastBackAt = await swarm.look('lastBackAt', upAt);
      const burst = await swarm.look('burst', upAt);
      const tries = await swarm.look('tries');
      test.diagnostic(`exit ${Math.round(exitMs)} ms, all back ${Math.round(lastBackAt - upAt)} ms after the start, at most ${burst} within 250 ms and ${tries} tries each`);
      assert.ok(lastBackAt - upAt <= BACK_MS);
      assert.ok(burst <= CLIENTS * 0.4, `${burst} of ${CLIENTS} came back within one quarter of a second`);
      assert.ok(tries <= 4, `a client needed ${tries} tries`);

      await awaitNone(swarm, 'unequalRooms', upAt, Date.now() + 5_000);
      await awaitEveryoneBack(all, upAt, BACK_MS);
      await awaitNone(swarm, 'lostCalls', upAt, Date.now() + 5_000);
      await swarm.hangUpOne();

      const reports = await Promise.all([ana, ben].map(reportMedia));
      for (const { largestGapMs, stateChanges } of reports) {
        assert.deepEqual(stateChanges, []);
        // Not 500 ms: a thousand clients and their server share the processors with these two pages.
        assert.ok(largestGapMs <= 1_000, `no picture for ${largestGapMs} ms`);
      }
      const hungUpAt = await hangUpNow(ana);
      await awaitCallState(ben, 'ended', hungUpAt, 1_000);
      test.diagnostic(`largest gap ${Math.round(Math.max(...reports.map((report) => report.largestGapMs)))} ms`);
    } finally {
      swarm.close();
      await server.close();
    }
  });
});
