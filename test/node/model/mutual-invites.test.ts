import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { forSeeds, isReplay } from './for-seeds.js';
import type { Tab } from './tab.js';
import { World } from './world.js';

// Row 7: people who call each other at once. Both press before either can have heard of the other (the fastest message takes longer).

const PRESS_WITHIN_MS = 20;
const NETWORK = { latencyMs: [11, 150] as const };

async function pressAtOnce(world: World, ...pairs: readonly [Tab, Tab][]): Promise<void> {
  for (const [from, to] of pairs) {
    const { id } = to;
    world.soon(from, [0, PRESS_WITHIN_MS], `calls ${to.name}`, () => from.session.call(id).catch(() => {}));
  }
  await world.scheduler.run(PRESS_WITHIN_MS);
}

/** In half of the rounds a link breaks in the middle of it. */
function breakSomething(world: World, ...tabs: readonly Tab[]): void {
  if (world.scheduler.chance(0.5)) return;
  const tab = world.scheduler.pick(tabs)!;
  world.soon(tab, [0, 500], 'is cut off', () => world.network.cut(tab, world.scheduler.chance(0.7) ? 'reset' : 'half-open'));
}

describe('Two sessions that call each other at the same moment', () => {
  it('are in one connected call, and neither ever hears busy or rings (1,000 seeds)', async () => {
    let merged = 0;
    const ran = await forSeeds(1_000, (seed) => World.live(seed, async (world) => {
      const [ana, bob, cyn] = (await world.joinAll('Ana', 'Bob', 'Cyn')) as [Tab, Tab, Tab];
      await pressAtOnce(world, [ana, bob], [bob, ana]);
      breakSomething(world, ana, bob);
      await world.expectSoon('both are active', () => ana.phase === 'active' && bob.phase === 'active', 30_000);
      assert.equal(ana.callId, bob.callId);
      const callId = ana.callId ?? '';
      await world.scheduler.run(15_000);
      assert.deepEqual([ana.phase, bob.phase], ['active', 'active'], world.describe());
      for (const tab of [ana, bob]) {
        assert.deepEqual([tab.rang, tab.errors.filter((code) => code !== 'server-unreachable')], [[], []], world.describe());
        assert.ok(!tab.told().some((state) => state.startsWith('ended')), world.describe());
      }
      assert.deepEqual(world.factsOf(callId), ['call.ringing', 'call.started']);
      assert.equal(world.audit.facts.filter(({ type }) => type === 'call.ringing').length, 1, 'no other call');
      assert.deepEqual(cyn.snapshot.members.map(({ busy }) => busy).sort(), [false, true, true]);
      assert.equal(world.ice.open.length, 2, 'one connection each');
      merged += world.tabs.filter((tab) => tab.snapshot.direction === 'incoming').length;

      await world.act(ana, () => ana.session.hangup());
      await world.expectSoon('it ends for both', () => ana.phase === 'ended' && bob.phase === 'ended', 10_000);
      await world.scheduler.run(15_000);
      await world.expectAllFree();
    }, { network: NETWORK }));
    assert.equal(merged, ran, 'one of the two became the callee each time');
  });
});

describe('Two sessions that call the same third at the same moment', () => {
  it('ring there once, and the other is told busy (1,000 seeds)', async () => {
    const winners = { Ana: 0, Bob: 0 };
    await forSeeds(1_000, (seed) => World.live(seed, async (world) => {
      const [ana, bob, cyn] = (await world.joinAll('Ana', 'Bob', 'Cyn')) as [Tab, Tab, Tab];
      await pressAtOnce(world, [ana, cyn], [bob, cyn]);
      breakSomething(world, ana, bob, cyn);
      await world.expectSoon('one is told busy', () => [ana, bob].some((tab) => tab.phase === 'ended'), 15_000);
      await world.expectSoon('Cyn rings', () => cyn.phase === 'incoming', 15_000);
      const [winner, loser] = ana.phase === 'ended' ? [bob, ana] : [ana, bob];
      assert.deepEqual([loser.told().at(-1), winner.phase], ['ended:busy', 'outgoing'], world.describe());
      assert.deepEqual([cyn.rang, cyn.snapshot.currentCall?.peer.id], [[winner.callId], winner.id]);
      await world.act(cyn, () => void cyn.session.accept());
      await world.expectSoon('the one that rings is connected', () => cyn.phase === 'active' && winner.phase === 'active', 30_000);
      await world.scheduler.run(15_000);
      assert.deepEqual([cyn.rang.length, loser.phase, loser.light], [1, 'ended', false], world.describe());
      await world.act(cyn, () => cyn.session.hangup());
      await world.scheduler.run(15_000);
      await world.expectAllFree();
      winners[winner.name as 'Ana' | 'Bob']++;
    }, { network: NETWORK }));
    assert.ok(isReplay || (winners.Ana > 250 && winners.Bob > 250), JSON.stringify(winners));
  });
});
