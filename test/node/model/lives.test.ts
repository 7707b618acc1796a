import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { forSeeds, isReplay } from './for-seeds.js';
import { Person } from './person.js';
import { expectCallsAgree, expectListsAgree, NEWS_MS } from './agreement.js';
import type { Tab } from './tab.js';
import { World } from './world.js';

// Row 5: random joins, leaves, calls and cuts. What must never happen is listened for by the audit all the time; what must be true when all is quiet is asked then.

const PEOPLE = ['Ana', 'Bob', 'Cyn', 'Dan', 'Eve'];
const ACTS = 40;
interface Sums {
  resumed: number;
  renewed: number;
  repeated: number;
  replayed: number;
  rebuilt: number;
  calls: number;
  connected: number;
}

async function quiet(world: World): Promise<void> {
  const { scheduler, network } = world;
  const isWhole = ({ frozenUntil, offlineUntil, links }: Tab): boolean => Math.max(frozenUntil, offlineUntil) <= scheduler.now() && ![...links].some((link) => network.isCut(link));
  const isQuiet = (): boolean => !network.broken && world.alive.every(isWhole);
  if (!(await scheduler.until(isQuiet, 60_000))) throw new Error('the network never came to rest');
}

async function live(world: World, sums: Sums): Promise<void> {
  const { scheduler, audit } = world;
  const people = PEOPLE.map((name) => new Person(world, name));
  for (let act = 0; act < ACTS; act++) {
    await scheduler.pick(people)!.act();
    await scheduler.run(scheduler.chance(0.3) ? scheduler.between(0, 40) : scheduler.between(0, 1_500));
  }
  await quiet(world);
  await scheduler.run(5_000 - NEWS_MS);
  await expectListsAgree(world);
  // What a call was told wrong, or not at all, is healed by the next sync at the latest.
  await scheduler.run(15_000);
  await expectListsAgree(world);
  await expectCallsAgree(world, { givenUp: false });
  await scheduler.run(32_000);
  await expectListsAgree(world);
  await expectCallsAgree(world, { givenUp: true });

  for (const tab of world.alive) if (tab.isInCall) await world.act(tab, () => tab.session.hangup());
  await scheduler.run(45_000);
  await expectListsAgree(world);
  await world.expectAllFree();
  for (const tab of world.alive) await world.act(tab, () => void tab.session.leave());
  await scheduler.run(5_000);
  for (const tab of world.alive) await world.act(tab, () => tab.session.dispose());
  await world.expectNothingLeft();
  const [rang, ended] = (['call.ringing', 'call.ended'] as const).map((type) => audit.facts.filter((fact) => fact.type === type).length);
  assert.equal(rang, ended, 'every call has ended');

  for (const key of ['resumed', 'renewed', 'repeated', 'replayed', 'rebuilt'] as const) sums[key] += audit.seen[key];
  sums.calls += rang ?? 0;
  sums.connected += audit.facts.filter(({ type }) => type === 'call.started').length;
}

describe('Five people who join, leave, call, reload and duplicate tabs on links that break', () => {
  it('5 s after all is quiet know exactly who is here; every request was executed once, every event applied once and in order (1,000 seeds)', async (test) => {
    const sums: Sums = { resumed: 0, renewed: 0, repeated: 0, replayed: 0, rebuilt: 0, calls: 0, connected: 0 };
    await forSeeds(1_000, (seed) => World.live(seed, (world) => live(world, sums)));
    // Lives in which none of this happened would have shown nothing.
    assert.ok(isReplay || Object.values(sums).every((count) => count > 30), JSON.stringify(sums));
    test.diagnostic(JSON.stringify(sums));
  });
});
