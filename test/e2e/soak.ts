import process from 'node:process';
import { parseArgs } from 'node:util';
import type { CDPSession } from 'puppeteer-core';
import type { Peer } from './rig/peer.js';
import { Rig } from './rig/rig.js';

// `npm run soak -- --calls 200`: one call after the other between the same two pages; counts what failed, what stayed live, and what memory kept.

const { values } = parseArgs({ options: { calls: { type: 'string', default: '200' } } });
const calls = Number(values.calls);
if (!Number.isInteger(calls) || calls < 1) throw new Error('--calls takes a whole number from 1');

const CALL_TIMEOUT_MS = 20_000;
/** Both pages stop every track within this after the end. */
const RELEASE_MS = 500;
/** Calls before the first look at memory: code and caches have settled. */
const WARM_UP = Math.min(5, calls - 1);

async function heapMegabytes(client: CDPSession): Promise<number> {
  await client.send('HeapProfiler.collectGarbage');
  const { usedSize } = await client.send('Runtime.getHeapUsage');
  return usedSize / 1e6;
}

async function oneCall(caller: Peer, callee: Peer): Promise<void> {
  const both = [caller, callee];
  await Promise.all(both.map((peer) => peer.page.evaluate(() => {
    rig.events.length = 0;
    rig.tracks.length = 0;
  })));
  await caller.page.evaluate((nickname) => {
    const room = rig.room();
    return room.call(room.members.find((member) => member.nickname === nickname)?.id ?? '');
  }, callee.nickname);
  await callee.waitForCall('incoming', CALL_TIMEOUT_MS);
  await callee.page.evaluate(() => rig.view().accept());
  await Promise.all(both.map((peer) => peer.waitForCall('active', CALL_TIMEOUT_MS)));
  await Promise.all(both.map((peer) => peer.until('the other’s picture', () => (rig.video('remote-video')?.videoWidth ?? 0) > 0)));
  await caller.page.evaluate(() => rig.view().hangup());
  await Promise.all([caller.waitForEnd('hangup'), callee.waitForEnd('remote-hangup')]);
  await Promise.all(both.map((peer) => peer.until('every local track to end', () => rig.liveTracks() === 0, [], RELEASE_MS)));
}

/** After a failure: both out of whatever they are in, so that the next call says something of its own. */
async function settle(peers: readonly Peer[]): Promise<void> {
  await Promise.allSettled(peers.map(async (peer) => {
    await peer.page.evaluate(() => rig.view().hangup());
    await peer.until('the call to be over', () => ['idle', 'ended'].includes(rig.callState()));
  }));
}

const stage = await Rig.start({ LOG_LEVEL: 'info' });
let failures = 0;
try {
  const [ana, ben] = await stage.openTogether(['Ana', 'Ben']);
  if (!ana || !ben) throw new Error('two people are needed');
  const clients = await Promise.all([ana, ben].map((peer) => peer.page.createCDPSession()));
  const heaps = () => Promise.all(clients.map(heapMegabytes));
  let early = await heaps();
  const startedAt = performance.now();
  for (let call = 0; call < calls; call += 1) {
    const [caller, callee] = call % 2 === 0 ? [ana, ben] : [ben, ana];
    try {
      await oneCall(caller, callee);
    } catch (error) {
      failures += 1;
      console.error(`call ${call + 1} from ${caller.nickname}: ${error instanceof Error ? error.message : String(error)}`);
      await settle([ana, ben]);
    }
    if (call + 1 === WARM_UP) early = await heaps();
    if ((call + 1) % 25 === 0) console.log(`${call + 1} calls, ${failures} failed`);
  }
  const seconds = (performance.now() - startedAt) / 1000;
  const late = await heaps();
  const live = await Promise.all([ana, ben].map((peer) => peer.liveTracks()));
  const problems = [...ana.problems, ...ben.problems];
  console.log(`${calls} calls in ${seconds.toFixed(0)} s (${(seconds / calls).toFixed(2)} s each): ${failures} failed, ${live[0]} + ${live[1]} tracks still live`);
  console.log(`JS heap after ${WARM_UP} calls → at the end, MB: ${early.map((before, index) => `${before.toFixed(1)} → ${(late[index] ?? 0).toFixed(1)}`).join(' and ')}`);
  if (problems.length > 0) console.error(`the pages complained:\n${[...new Set(problems)].join('\n')}`);
  if (failures > 0 || problems.length > 0 || live.some((count) => count > 0)) process.exitCode = 1;
} finally {
  await stage.close();
}
