import assert from 'node:assert/strict';
import type { Rig } from '../rig/rig.js';
import { memberIdOf } from './page-facts.js';
import { answerByItself, callManyTimes, weigh, type Kind } from './page-many-calls.js';

// Row 16 of the faults: more calls in one page than Chromium allows connections (500), and nothing left of them.

const GROWTH_MB = 5;
/** Code is compiled and caches are filled. */
const WARM_UP = 20;

export interface ManyCallsFigures {
  readonly seconds: number;
  readonly growthMb: readonly [number, number];
  readonly listenerGrowth: readonly [number, number];
}

export async function makeMany(stage: Rig, kind: Kind, count: number): Promise<ManyCallsFigures> {
  const [ana, ben] = await stage.openTogether(['Ana', 'Ben'], { attributes: 'ringtone="none"' });
  assert.ok(ana && ben);
  // One question to the page lasts for all calls.
  ana.page.setDefaultTimeout(0);
  const clients = await Promise.all([ana, ben].map((peer) => peer.page.createCDPSession()));
  const weights = () => Promise.all(clients.map(weigh));
  const benId = await memberIdOf(ana, 'Ben');
  await answerByItself(ben, kind);
  // Never longer than the question to a page may take.
  const make = async (times: number): Promise<void> => {
    for (let left = times; left > 0; left -= 20) assert.deepEqual(await callManyTimes(ana, benId, Math.min(20, left), kind), []);
  };
  await make(WARM_UP);
  const before = await weights();
  const startedAt = performance.now();
  await make(count - WARM_UP);
  const seconds = (performance.now() - startedAt) / 1000;
  const afterwards = await weights();
  assert.deepEqual([...ana.problems, ...ben.problems], [], 'no page complained');
  assert.deepEqual(await Promise.all([ana, ben].map((peer) => peer.liveTracks())), [0, 0], 'no live track');
  const grown = (of: 'heapMb' | 'listeners') => [0, 1].map((index) => (afterwards[index]?.[of] ?? 0) - (before[index]?.[of] ?? 0)) as [number, number];
  const figures = { seconds, growthMb: grown('heapMb'), listenerGrowth: grown('listeners') };
  for (const growth of figures.growthMb) assert.ok(growth < GROWTH_MB, `the heap grew by ${growth.toFixed(1)} MB in ${count} ${kind}`);
  for (const growth of figures.listenerGrowth) assert.ok(growth <= 4, `${growth} more listeners after ${count} ${kind}`);
  return figures;
}

export const toldMany = ({ seconds, growthMb, listenerGrowth }: ManyCallsFigures, count: number, kind: Kind): string =>
  `${count} ${kind} in ${seconds.toFixed(0)} s (${((seconds * 1000) / (count - WARM_UP)).toFixed(0)} ms each), heap +${growthMb.map((mb) => mb.toFixed(2)).join(' and +')} MB, listeners +${listenerGrowth.join(' and +')}`;
