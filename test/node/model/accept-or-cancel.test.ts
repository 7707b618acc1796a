import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { forSeeds, isReplay } from './for-seeds.js';
import type { Tab } from './tab.js';
import { World } from './world.js';

// Row 7: accept against cancel, hang-up against hang-up. Both sides must come to the same end, and to one.

/** How both may read the end of a call that was cancelled while it was accepted. */
const VERDICTS = ['cancelled|cancelled', 'hangup|remote-hangup'];

/** With a caller cut off in the very moment it may have given up waiting for the hub: it says cancelled, the call it left had begun. Over for both all the same. */
const VERDICT_AFTER_CUT = 'cancelled|remote-hangup';

async function raceOnce(world: World, cuts: boolean): Promise<string> {
  const { scheduler } = world;
  const [ana, bob] = (await world.joinAll('Ana', 'Bob')) as [Tab, Tab];
  await world.act(ana, () => void ana.session.call(bob.id).catch(() => {}));
  await world.expectSoon('it rings', () => bob.phase === 'incoming', 5_000);
  const callId = bob.callId ?? '';
  world.soon(ana, [0, 300], 'cancels', () => ana.session.hangup());
  world.soon(bob, [0, 300], 'accepts', () => bob.phase === 'incoming' && bob.session.accept());
  if (cuts) {
    const tab = scheduler.pick([ana, bob])!;
    world.soon(tab, [0, 400], 'is cut off', () => world.network.cut(tab, scheduler.chance(0.7) ? 'reset' : 'half-open'));
  }
  await scheduler.run(300);
  await world.expectSoon('it is over for both', () => ana.phase === 'ended' && bob.phase === 'ended', 25_000);
  await scheduler.run(15_000);
  assert.deepEqual(world.factsOf(callId).filter((type) => type === 'call.ended'), ['call.ended']);
  await world.expectAllFree();
  return `${ana.endOf(callId)}|${bob.endOf(callId)}`;
}

describe('Accept against cancel', () => {
  it('has one verdict, told to both sides (2,000 seeds)', async () => {
    const seen: Record<string, number> = {};
    await forSeeds(2_000, (seed) => World.live(seed, async (world) => {
      const verdict = await raceOnce(world, false);
      assert.ok(VERDICTS.includes(verdict), `${verdict}: ${world.describe()}`);
      seen[verdict] = (seen[verdict] ?? 0) + 1;
    }));
    assert.ok(isReplay || VERDICTS.every((verdict) => (seen[verdict] ?? 0) > 200), JSON.stringify(seen));
  });

  it('is over for both sides also when a link breaks meanwhile (1,000 seeds)', async () => {
    await forSeeds(1_000, (seed) => World.live(seed, async (world) => {
      const verdict = await raceOnce(world, true);
      assert.ok([...VERDICTS, VERDICT_AFTER_CUT].includes(verdict), `${verdict}: ${world.describe()}`);
    }));
  });
});

describe('Two who hang up at the same moment, one of them twice', () => {
  it('have one end each, and no new call (1,000 seeds)', async () => {
    await forSeeds(1_000, (seed) => World.live(seed, async (world) => {
      const { scheduler } = world;
      const [ana, bob] = (await world.joinAll('Ana', 'Bob')) as [Tab, Tab];
      const callId = await world.connect(ana, bob);
      if (scheduler.chance(0.3)) world.network.cut(scheduler.pick([ana, bob])!, 'reset');
      for (const tab of [ana, bob, scheduler.pick([ana, bob])!]) world.soon(tab, [0, 80], 'hangs up', () => tab.session.hangup());
      await scheduler.run(15_000);
      for (const tab of [ana, bob]) {
        assert.equal(tab.told(callId).filter((state) => state.startsWith('ended')).length, 1, world.describe());
        assert.ok(['hangup', 'remote-hangup'].includes(tab.endOf(callId) ?? ''), world.describe());
        assert.deepEqual([tab.phase, new Set(tab.states.map((each) => each.callId)).size], ['ended', 1], 'no other call');
      }
      assert.deepEqual(world.factsOf(callId).sort(), ['call.ended', 'call.ringing', 'call.started']);
      await world.expectAllFree();
    }));
  });
});
