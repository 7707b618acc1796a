import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { forSeeds, isReplay } from './for-seeds.js';
import type { Tab } from './tab.js';
import { World } from './world.js';

// Row 7: one identity (the same `sub`, as the authorize hook says) in two tabs; and one tab that was duplicated.

const UMA = { token: 'uma' };

describe('One identity in two tabs', () => {
  it('rings in both; the first accept wins, the other is told answered-elsewhere within a second and stays dark (1,000 seeds)', async () => {
    const answers = { first: 0, second: 0, both: 0 };
    await forSeeds(1_000, (seed) => World.live(seed, async (world) => {
      const { scheduler } = world;
      const [ana, one, two] = (await world.joinAll('Ana', ['Uma', UMA], ['Uma again', UMA])) as [Tab, Tab, Tab];
      assert.equal(one.id, two.id, 'one member');
      await world.act(ana, () => void ana.session.call(one.id).catch(() => {}));
      await world.expectSoon('both ring', () => one.phase === 'incoming' && two.phase === 'incoming', 5_000);
      assert.deepEqual(one.rang, two.rang);
      const callId = one.callId ?? '';
      const dice = scheduler.random();
      const pressing = dice < 0.25 ? [one] : dice < 0.5 ? [two] : [one, two];
      for (const tab of pressing) world.soon(tab, [0, 150], 'accepts', () => tab.phase === 'incoming' && tab.session.accept().catch(() => {}));
      const from = scheduler.now() + 150;

      await world.expectSoon('one is active with Ana', () => ana.phase === 'active' && [one, two].some((tab) => tab.phase === 'active'), 10_000);
      const [winner, loser] = one.phase === 'active' ? [one, two] : [two, one];
      await world.expectSoon('the other has ended', () => loser.phase === 'ended', 1_000);
      assert.deepEqual(loser.endOf(callId), 'answered-elsewhere', world.describe());
      const endedAt = loser.states.find(({ state }) => state === 'ended')?.at ?? Infinity;
      const acceptedAt = winner.states.find(({ state }) => state === 'connecting')?.at ?? 0;
      assert.ok(endedAt - acceptedAt <= 1_000, `${endedAt - acceptedAt} ms after the accept`);
      assert.ok(acceptedAt <= from);
      if (!pressing.includes(loser)) assert.deepEqual(loser.media.tracks, [], 'its camera was never opened');
      assert.equal(loser.light, false);

      await scheduler.run(15_000);
      assert.deepEqual([ana.phase, winner.phase, loser.phase], ['active', 'active', 'ended'], world.describe());
      assert.deepEqual(world.factsOf(callId), ['call.ringing', 'call.started']);
      answers[pressing.length === 2 ? 'both' : pressing[0] === one ? 'first' : 'second']++;
      await world.act(winner, () => winner.session.hangup());
      await scheduler.run(5_000);
      assert.equal(loser.told(callId).filter((state) => state.startsWith('ended')).length, 1, 'it heard of one end');
      await world.expectAllFree();
    }));
    assert.ok(isReplay || Object.values(answers).every((count) => count > 150), JSON.stringify(answers));
  });

  it('accept in one against reject in the other: one of them decides for all (1,000 seeds)', async () => {
    const verdicts = { accepted: 0, rejected: 0 };
    await forSeeds(1_000, (seed) => World.live(seed, async (world) => {
      const [ana, one, two] = (await world.joinAll('Ana', ['Uma', UMA], ['Uma again', UMA])) as [Tab, Tab, Tab];
      await world.act(ana, () => void ana.session.call(one.id).catch(() => {}));
      await world.expectSoon('both ring', () => one.phase === 'incoming' && two.phase === 'incoming', 5_000);
      const callId = one.callId ?? '';
      world.soon(one, [0, 200], 'accepts', () => one.phase === 'incoming' && one.session.accept().catch(() => {}));
      world.soon(two, [0, 200], 'rejects', () => two.session.reject());
      await world.scheduler.run(10_000);
      const accepted = ana.phase === 'active';
      verdicts[accepted ? 'accepted' : 'rejected']++;
      if (accepted) {
        assert.equal(one.phase, 'active', world.describe());
        // Whoever pressed reject has read its own word, or was told before.
        assert.ok(['rejected', 'answered-elsewhere'].includes(two.endOf(callId) ?? ''), world.describe());
        await world.act(one, () => one.session.hangup());
        await world.scheduler.run(5_000);
      } else {
        assert.deepEqual([ana, one, two].map((tab) => tab.endOf(callId)), ['rejected', 'rejected', 'rejected'], world.describe());
      }
      await world.expectAllFree();
    }));
    assert.ok(isReplay || Object.values(verdicts).every((count) => count > 100), JSON.stringify(verdicts));
  });
});

describe('A tab that is duplicated', () => {
  it('becomes a second session beside the first, whatever the first is doing (300 seeds)', async () => {
    await forSeeds(300, (seed) => World.live(seed, async (world) => {
      const { scheduler } = world;
      const [ana, bob] = (await world.joinAll('Ana', 'Bob')) as [Tab, Tab];
      const callId = scheduler.chance(0.7) ? await world.connect(bob, ana) : null;
      await scheduler.run(scheduler.between(0, 400));
      const { id } = ana;
      const copy = await world.open('Ana', {}, ana.storage.items);
      assert.ok(ana.storage.items.size > 0, 'there was something to copy');
      await world.act(copy, () => void copy.session.join().catch(() => {}));
      await world.expectSoon('the copy has joined', () => copy.snapshot.roomState === 'joined', 5_000);
      await scheduler.run(5_000);
      assert.notEqual(copy.id, id);
      assert.deepEqual([ana.id, ana.snapshot.roomState, ana.errors, copy.phase], [id, 'joined', [], 'idle'], world.describe());
      assert.deepEqual([ana.phase, ana.callId, bob.callId], [callId ? 'active' : 'idle', callId, callId], world.describe());
      assert.notEqual(copy.ticket()?.sessionId, ana.ticket()?.sessionId);

      // Now both are reloaded: each finds its own self again.
      const before = [ana.id, copy.id];
      await world.kill(ana, { says: true });
      await world.kill(copy, { says: true });
      const again: Tab[] = [];
      for (const tab of [ana, copy]) {
        again.push(await world.open('Ana', {}, tab.storage.items));
        await world.act(again.at(-1)!, () => void again.at(-1)!.session.join().catch(() => {}));
      }
      await world.expectSoon('both have joined', () => again.every((tab) => tab.snapshot.roomState === 'joined'), 5_000);
      assert.deepEqual(again.map((tab) => tab.id), before);
    }));
  });
});
