import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { expectListsAgree } from './agreement.js';
import { forSeeds } from './for-seeds.js';
import type { Tab } from './tab.js';
import { World } from './world.js';

// Row 8: whatever order the messages of a set-up come in, and however late: it connects. The connection of the model needs the right candidate of each side, so
// none may be lost on the way, and refuses what a browser refuses (an answer to another offer, a candidate of nobody).

async function setUp(world: World): Promise<void> {
  const { scheduler } = world;
  const [ana, bob] = (await world.joinAll('Ana', 'Bob')) as [Tab, Tab];
  const cyn = await world.open('Cyn');
  world.soon(cyn, [0, 500], 'joins', () => cyn.session.join().catch(() => {}));
  world.soon(cyn, [1_000, 3_000], 'leaves', () => cyn.session.leave());
  await world.act(ana, () => void ana.session.call(bob.id).catch(() => {}));
  await world.expectSoon('it rings', () => bob.phase === 'incoming', 20_000);
  await scheduler.run(scheduler.between(0, 600));
  await world.act(bob, () => void bob.session.accept().catch(() => {}));
  await world.expectSoon('both are active', () => ana.phase === 'active' && bob.phase === 'active', 18_000);
  await scheduler.run(15_000);
  assert.deepEqual([ana, bob].map((tab) => [tab.phase, tab.errors.filter((code) => code !== 'server-unreachable')]), [['active', []], ['active', []]], world.describe());
  await expectListsAgree(world, 2_500);
  assert.deepEqual(world.factsOf(ana.callId ?? '').sort(), ['call.ringing', 'call.started']);
  await world.act(scheduler.pick([ana, bob])!, function hangUp() {
    (scheduler.owner as Tab).session.hangup();
  });
  await world.expectSoon('it is over for both', () => ana.phase === 'ended' && bob.phase === 'ended', 10_000);
  await scheduler.run(15_000);
  await world.expectAllFree();
}

describe('The messages of a set-up', () => {
  it('delayed at random, in order on each link, always connect (500 seeds)', async () => {
    await forSeeds(500, (seed) => World.live(seed, setUp, { network: { latencyMs: [0, 800] } }));
  });

  it('delayed, reordered and repeated at random on every link, requests, replies and events alike, always connect (1,000 seeds)', async () => {
    await forSeeds(1_000, (seed) => World.live(seed, setUp, { network: { latencyMs: [0, 400], shuffles: true } }));
  });
});
