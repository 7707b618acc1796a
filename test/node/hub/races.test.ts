import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { MemoryCallStore } from '../../../src/hub/memory-call-store.js';
import { MemoryPresenceStore } from '../../../src/hub/memory-presence-store.js';
import type { HubOptions } from '../../../src/hub/ports.js';
import { HubHarness, madeId, MEDIA, type Client } from './hub-harness.js';
import { forSeeds, isReplay } from '../model/for-seeds.js';
import { Chance, hops, yielding } from './seeded.js';

// The same few moves in every order that chance can make of them: each store call starts and ends late by a random number of turns, each request too.

const chance = new Chance();
const random = chance.next;
/** Each round has its own seed, all rounds of a test one hub. */
const rounds = (count: number, round: (seed: number) => Promise<void>): Promise<number> => forSeeds(count, (seed) => (chance.reseed(seed), round(seed)));

/** One hub for many rounds; three members each. */
async function slowHub(authorize?: HubOptions['authorize']): Promise<{ harness: HubHarness; ana: Client; bob: Client; cyn: Client }> {
  const harness = new HubHarness({ presence: yielding(new MemoryPresenceStore(), random), calls: yielding(new MemoryCallStore(), random), ...(authorize && { authorize }) });
  const [ana, bob, cyn] = [await harness.join('Ana'), await harness.join('Bob'), await harness.join('Cyn')];
  return { harness, ana, bob, cyn };
}

const invitation = (to: Client) => ({ callId: madeId('call'), to: to.id, media: MEDIA, offer: 'offer' });
const late = async <T>(run: () => Promise<T>): Promise<T> => {
  await hops(random, 8);
  return run();
};
const nobodyIsBusy = (client: Client, members = 3): void => assert.deepEqual(client.roster.members.map(({ busy }) => busy), Array(members).fill(false));

async function finish(harness: HubHarness, from: Client, callId: string): Promise<void> {
  await from.request('hangup', { callId, reason: 'hangup' });
  await harness.clock.advance(100);
  for (const client of [...harness.links.clients.values()]) {
    client.events = [];
    client.calls.clear();
    assert.equal(client.needsSync, false);
  }
}

describe('In any order of events', () => {
  it('two who call each other get exactly one call, and it becomes active (1,000 times)', async () => {
    const { harness, ana, bob, cyn } = await slowHub();
    await rounds(1_000, async () => {
      const [anas, bobs] = await Promise.all([late(() => ana.ask('invite', invitation(bob))), late(() => bob.ask('invite', invitation(ana)))]);
      const callId = anas.call.callId;
      assert.equal(bobs.call.callId, callId);
      const second = anas.call.direction === 'incoming' ? ana : bob;
      const first = second === ana ? bob : ana;
      assert.deepEqual([anas.call.state, bobs.call.state].sort(), ['connecting', 'ringing']);
      await second.ask('accept', { callId, media: MEDIA, answer: 'x' });
      await Promise.all([late(() => first.ask('connected', { callId })), late(() => second.ask('connected', { callId }))]);
      await harness.clock.advance(100);
      assert.deepEqual([first.stateOf(callId), second.stateOf(callId)], ['active', 'active']);
      assert.equal(first.calls.size + second.calls.size, 2);
      assert.deepEqual(cyn.roster.members.map(({ busy }) => busy), [true, true, false]);
      await finish(harness, first, callId);
      nobodyIsBusy(cyn);
    });
  });

  it('of two who call the same third one rings and the other is told busy (1,000 times)', async () => {
    const { harness, ana, bob, cyn } = await slowHub();
    await rounds(1_000, async () => {
      const replies = await Promise.all([ana, bob].map((client) => late(() => client.ask('invite', invitation(cyn)))));
      assert.deepEqual(replies.map(({ call }) => call.reason ?? call.state).sort(), ['busy', 'ringing']);
      await harness.clock.advance(100);
      const winner = replies[0]?.call.state === 'ringing' ? 0 : 1;
      assert.deepEqual([...cyn.calls.keys()], [replies[winner]?.call.callId]);
      assert.deepEqual(ana.roster.members.map(({ busy }) => busy), [winner === 0, winner === 1, true]);
      await (winner === 0 ? ana : bob).ask('cancel', { callId: replies[winner]?.call.callId ?? '' });
      await finish(harness, cyn, 'none-of-them-00000');
      nobodyIsBusy(ana);
    });
  });

  it('accept and cancel have one winner, and both sides are told the same (3,000 times)', async () => {
    const { harness, ana, bob, cyn } = await slowHub();
    const wins = { accept: 0, cancel: 0 };
    await rounds(3_000, async (round) => {
      const { call } = await ana.ask('invite', invitation(bob));
      const { callId } = call;
      const [cancel, accept] = await Promise.all([
        late(() => ana.request('cancel', { callId })),
        late(() => bob.request('accept', { callId, media: MEDIA, answer: 'x' })),
      ]);
      assert.notEqual(cancel.ok, accept.ok, 'one of the two');
      const [won, lost] = cancel.ok ? [cancel, accept] : [accept, cancel];
      assert.ok(won.ok && !lost.ok);
      wins[cancel.ok ? 'cancel' : 'accept']++;
      assert.equal(lost.code, 'too-late');
      assert.equal(lost.call?.state, won.call.state);
      assert.equal(lost.call?.reason, won.call.reason);
      await harness.clock.advance(0);
      assert.equal((cancel.ok ? bob : ana).stateOf(callId), cancel.ok ? 'cancelled' : 'connecting');
      if (round % 100 === 0) await harness.clock.advance(100);
      if (!cancel.ok) await bob.ask('hangup', { callId, reason: 'hangup' });
    });
    await finish(harness, ana, 'none-of-them-00000');
    nobodyIsBusy(cyn);
    assert.ok(isReplay || (wins.accept > 300 && wins.cancel > 300), JSON.stringify(wins));
  });

  it('two hang-ups make one end (1,000 times)', async () => {
    const { harness, ana, bob, cyn } = await slowHub();
    await rounds(1_000, async () => {
      const callId = await ana.talk(bob);
      const [anas, bobs] = await Promise.all([ana, bob].map((client) => late(() => client.ask('hangup', { callId, reason: 'hangup' }))));
      assert.deepEqual([anas?.call.reason, bobs?.call.reason].sort(), ['hangup', 'remote-hangup']);
      assert.equal(harness.factsOf(callId).filter((type) => type === 'call.ended').length, 1);
      await finish(harness, ana, callId);
      nobodyIsBusy(cyn);
    });
  });

  it('a request sent again while it is worked on is done once (300 times)', async () => {
    const { harness, ana, bob } = await slowHub();
    await rounds(300, async () => {
      const [id, fields] = [madeId(), invitation(bob)];
      const replies = await Promise.all([0, 1, 2].map(() => late(() => ana.request('invite', fields, id))));
      for (const reply of replies) assert.deepEqual(reply, replies[0]);
      await harness.clock.advance(0);
      assert.equal(bob.heard('call').length, 1);
      await ana.ask('cancel', { callId: fields.callId });
      await finish(harness, ana, fields.callId);
    });
  });

  it('of two tabs of one user that accept at once one has the call, the other is told answered-elsewhere (1,000 times)', async () => {
    const { harness, ana } = await slowHub(async (token) => ({ ok: true, identity: token ? { userId: token } : null }));
    const [one, two] = [await harness.join('Uma', { token: 'uma' }), await harness.join('Uma', { token: 'uma' })];
    const wins = [0, 0];
    await rounds(1_000, async () => {
      const callId = await ana.call(one);
      assert.deepEqual([one, two].map((tab) => tab.stateOf(callId)), ['ringing', 'ringing']);
      const replies = await Promise.all([one, two].map((tab) => late(() => tab.request('accept', { callId, media: MEDIA, answer: 'x' }))));
      const winner = replies[0]?.ok ? 0 : 1;
      const [lost] = replies.filter(({ ok }) => !ok);
      assert.ok(replies[winner]?.ok && lost && !lost.ok);
      assert.deepEqual([lost.code, lost.call?.state, lost.call?.reason], ['too-late', 'ended', 'answered-elsewhere']);
      wins[winner]!++;
      await harness.clock.advance(100);
      await (winner === 0 ? one : two).ask('hangup', { callId, reason: 'hangup' });
      await finish(harness, ana, callId);
      nobodyIsBusy(ana, 4);
    });
    assert.ok(isReplay || wins.every((count) => count > 200), String(wins));
  });

  it('a member that leaves while it is called leaves no call behind (200 times)', async () => {
    const { harness, ana, bob, cyn } = await slowHub();
    await rounds(200, async () => {
      const guest = await harness.join('Guest');
      const fields = invitation(guest);
      const [invited] = await Promise.all([late(() => ana.request('invite', fields)), late(() => guest.ask('leave', {}))]);
      await harness.clock.advance(100);
      if (invited.ok) assert.equal(ana.stateOf(fields.callId), 'peer-left');
      else assert.equal(invited.code, 'member-not-found');
      nobodyIsBusy(cyn);
      await finish(harness, bob, 'none-of-them-00000');
    });
  });
});
