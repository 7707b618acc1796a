import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { endedCall, newCall } from '../../src/hub/calls.js';
import type { CallRecord, CallStore } from '../../src/hub/ports.js';

// The exam every call store takes. `create` gives a fresh, empty one.

const ringing = (callId: string, callerId: string, calleeId: string): CallRecord =>
  newCall({
    callId, room: 'lobby', by: { memberId: callerId, sessionId: `${callerId}-tab` },
    caller: { id: callerId, nickname: callerId, since: 1 }, callee: { id: calleeId, nickname: calleeId, since: 1 },
    media: { audio: true, video: true }, offer: 'v=0', at: 1_000, ringTimeoutMs: 45_000,
  });

const accepted = (call: CallRecord): CallRecord =>
  ({ ...call, rev: call.rev + 1, state: 'connecting', calleeId: call.inviteeIds[0] ?? '', calleeSession: 'tab' });

async function end(store: CallStore, call: CallRecord, at = 2_000): Promise<void> {
  assert.ok(await store.transition(call.rev, endedCall(call, 'hangup', call.callerId, at)));
}

export function callStoreSuite(name: string, create: () => CallStore | Promise<CallStore>): void {
  describe(`call store: ${name}`, () => {
    it('claims both parties with the call, and gives the call back as it was', async () => {
      const store = await create();
      const call = ringing('call-1', 'a', 'b');
      assert.equal(await store.get('call-1'), null);
      assert.equal(await store.claimOf('a'), null);
      assert.deepEqual(await store.claim(call), { ok: true });
      assert.deepEqual(await store.get('call-1'), call);
      assert.equal(await store.claimOf('a'), 'call-1');
      assert.equal(await store.claimOf('b'), 'call-1');
      assert.equal(await store.claimOf('c'), null);
    });

    it('claims nobody when the callee is busy, and says with what', async () => {
      const store = await create();
      await store.claim(ringing('call-1', 'a', 'b'));
      assert.deepEqual(await store.claim(ringing('call-2', 'c', 'b')), { ok: false, cause: 'busy-peer', with: 'call-1' });
      assert.deepEqual(await store.claim(ringing('call-3', 'c', 'a')), { ok: false, cause: 'busy-peer', with: 'call-1' });
      assert.equal(await store.claimOf('c'), null);
      assert.equal(await store.get('call-2'), null);
    });

    it('claims nobody when the caller is busy', async () => {
      const store = await create();
      await store.claim(ringing('call-1', 'a', 'b'));
      assert.deepEqual(await store.claim(ringing('call-2', 'a', 'c')), { ok: false, cause: 'busy-self', with: 'call-1' });
      assert.deepEqual(await store.claim(ringing('call-3', 'b', 'c')), { ok: false, cause: 'busy-self', with: 'call-1' });
      assert.equal(await store.claimOf('c'), null);
    });

    it('tells two who call each other apart from two who are busy', async () => {
      const store = await create();
      const call = ringing('call-1', 'a', 'b');
      await store.claim(call);
      assert.deepEqual(await store.claim(ringing('call-2', 'b', 'a')), { ok: false, cause: 'glare', with: 'call-1' });
      // Calling the same one twice is no glare, nor is it once the call was accepted.
      assert.deepEqual(await store.claim(ringing('call-3', 'a', 'b')), { ok: false, cause: 'busy-self', with: 'call-1' });
      assert.ok(await store.transition(call.rev, accepted(call)));
      assert.deepEqual(await store.claim(ringing('call-2', 'b', 'a')), { ok: false, cause: 'busy-self', with: 'call-1' });
    });

    it('knows a call it has seen, also when it is over', async () => {
      const store = await create();
      const call = ringing('call-1', 'a', 'b');
      await store.claim(call);
      assert.deepEqual(await store.claim(call), { ok: false, cause: 'duplicate', with: 'call-1' });
      await end(store, call);
      assert.deepEqual(await store.claim(call), { ok: false, cause: 'duplicate', with: 'call-1' });
      assert.equal(await store.claimOf('a'), null);
    });

    it('gives one of many who call the same member the claim', async () => {
      const store = await create();
      const results = await Promise.all(Array.from({ length: 10 }, (_, index) => store.claim(ringing(`call-${index}`, `caller-${index}`, 'b'))));
      assert.equal(results.filter(({ ok }) => ok).length, 1);
      const winner = results.findIndex(({ ok }) => ok);
      assert.equal(await store.claimOf('b'), `call-${winner}`);
      for (const [index] of results.entries()) assert.equal(await store.claimOf(`caller-${index}`), index === winner ? `call-${index}` : null);
    });

    it('makes of two mutual claims one call and one glare', async () => {
      const store = await create();
      const results = await Promise.all([store.claim(ringing('call-1', 'a', 'b')), store.claim(ringing('call-2', 'b', 'a'))]);
      assert.equal(results.filter(({ ok }) => ok).length, 1);
      assert.equal(results.filter((result) => !result.ok && result.cause === 'glare').length, 1);
    });

    it('writes a transition only over the revision it was made for', async () => {
      const store = await create();
      const call = ringing('call-1', 'a', 'b');
      await store.claim(call);
      const next = accepted(call);
      assert.equal(await store.transition(call.rev + 1, next), false);
      assert.equal(await store.transition(call.rev, next), true);
      assert.equal(await store.transition(call.rev, endedCall(call, 'cancelled', 'a', 2_000)), false);
      assert.deepEqual(await store.get('call-1'), next);
      assert.equal(await store.transition(1, ringing('unknown', 'a', 'b')), false);
      assert.equal(await store.get('unknown'), null);
    });

    it('lets one of several transitions from one revision through', async () => {
      const store = await create();
      const call = ringing('call-1', 'a', 'b');
      await store.claim(call);
      const moves = [accepted(call), endedCall(call, 'cancelled', 'a', 2_000), endedCall(call, 'rejected', 'b', 2_000)];
      const results = await Promise.all(moves.map((next) => store.transition(call.rev, next)));
      assert.equal(results.filter(Boolean).length, 1);
    });

    it('frees both parties in the step that ends the call, released or not', async () => {
      const store = await create();
      const call = ringing('call-1', 'a', 'b');
      await store.claim(call);
      await end(store, call);
      assert.equal(await store.claimOf('a'), null);
      assert.deepEqual(await store.claim(ringing('call-2', 'b', 'a')), { ok: true });
    });

    it('releases only what still belongs to the call, as often as asked', async () => {
      const store = await create();
      const call = ringing('call-1', 'a', 'b');
      await store.claim(call);
      await end(store, call);
      await store.claim(ringing('call-2', 'c', 'a'));
      await store.release('call-1', ['a', 'b']);
      await store.release('call-1', ['a', 'b']);
      assert.equal(await store.claimOf('a'), 'call-2');
      assert.equal(await store.claimOf('b'), null);
      await store.release('call-2', ['a', 'c']);
      assert.equal(await store.claimOf('a'), null);
    });

    it('keeps ended calls until they are swept, and running ones whatever their age', async () => {
      const store = await create();
      const [old, young, running] = [ringing('old', 'a', 'b'), ringing('young', 'c', 'd'), ringing('running', 'e', 'f')];
      for (const call of [old, young, running]) await store.claim(call);
      await end(store, old, 1_000);
      await end(store, young, 5_000);
      assert.equal((await store.get('old'))?.state, 'ended');
      await store.sweep(5_000);
      assert.equal(await store.get('old'), null);
      assert.equal((await store.get('young'))?.state, 'ended');
      assert.equal((await store.get('running'))?.state, 'ringing');
      assert.equal(await store.claimOf('e'), 'running');
    });
  });
}
