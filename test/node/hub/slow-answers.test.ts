import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { MemoryCallStore } from '../../../src/hub/memory-call-store.js';
import type { Authorization } from '../../../src/hub/ports.js';
import { REMEMBERED_REPLIES } from '../../../src/protocol/hub-limits.js';
import { HubHarness, madeId, MEDIA, type Client } from './hub-harness.js';
import { settle } from './virtual-clock.js';

const byToken = async (token: string | null): Promise<Authorization> => ({ ok: true, identity: token === null ? null : { userId: token } });
const invitation = (to: Client) => ({ callId: madeId('call'), to: to.id, media: MEDIA, offer: 'offer' });

type Held = 'claim' | 'transition';

/** A store that can be held up the next time that one method is called: before it does its work, or before it says so. */
function held(): { calls: MemoryCallStore; hold: (method: Held, when?: 'before' | 'after') => () => void } {
  const store = new MemoryCallStore();
  let held: { method: PropertyKey; gate: Promise<void>; when: 'before' | 'after' } | null = null;
  const calls = new Proxy(store, {
    get(target, name) {
      const method: unknown = Reflect.get(target, name);
      if (typeof method !== 'function') return method;
      return async (...values: unknown[]) => {
        const mine = held?.method === name ? held : null;
        if (mine) held = null;
        if (mine?.when === 'before') await mine.gate;
        const result: unknown = await Reflect.apply(method, target, values);
        if (mine?.when === 'after') await mine.gate;
        return result;
      };
    },
  });
  return {
    calls,
    hold: (method, when = 'after') => {
      let open = (): void => {};
      held = { method, when, gate: new Promise((resolve) => (open = resolve)) };
      return open;
    },
  };
}

describe('When the answer of the store is slow', () => {
  it('a call that has been merged meanwhile does not begin to ring', async () => {
    const { calls, hold } = held();
    const harness = new HubHarness({ calls, authorize: byToken });
    const ana = await harness.join('Ana');
    const [desk, phone] = [await harness.join('Bob', { token: 'u1' }), await harness.join('Bob', { token: 'u1' })];
    const open = hold('claim');
    const invited = ana.ask('invite', invitation(phone));
    await settle();
    const { call } = await desk.ask('invite', invitation(ana));
    assert.equal(call.state, 'connecting');
    open();
    await invited;
    await harness.clock.advance(100);
    assert.deepEqual([...phone.heard('call').map((event) => event.call.reason)], ['answered-elsewhere']);
    assert.equal(ana.stateOf(call.callId), 'connecting');
  });

  it('what is already over is not watched again', async () => {
    const { calls, hold } = held();
    const harness = new HubHarness({ calls });
    const [ana, bob] = await harness.joinAll('Ana', 'Bob');
    assert.ok(ana && bob);
    const callId = await ana.call(bob);
    const open = hold('transition');
    const accepted = bob.ask('accept', { callId, media: MEDIA, answer: 'x' });
    await settle();
    await ana.ask('hangup', { callId, reason: 'hangup' });
    await harness.clock.advance(100);
    const { pending } = harness.clock;
    open();
    await accepted;
    await settle();
    assert.equal(harness.clock.pending, pending);
    assert.equal(bob.stateOf(callId), 'remote-hangup');
  });

  it('a device that comes to its end while it accepts leaves no call behind', async () => {
    const { calls, hold } = held();
    const harness = new HubHarness({ calls, authorize: byToken });
    const ana = await harness.join('Ana');
    const [desk, phone] = [await harness.join('Bob', { token: 'u1' }), await harness.join('Bob', { token: 'u1' })];
    const callId = await ana.call(phone);
    const open = hold('transition');
    const confirmed = desk.request('ringing', { callId });
    const accepted = desk.request('accept', { callId, media: MEDIA, answer: 'x' });
    desk.cut();
    await harness.clock.advance(16_000);
    open();
    assert.equal((await confirmed).ok, true);
    const reply = await accepted;
    assert.equal(reply.ok || reply.code, 'not-joined');
    assert.equal(ana.stateOf(callId), 'ringing', 'and phone may still answer');
    await phone.ask('accept', { callId, media: MEDIA, answer: 'y' });
  });

  for (const when of ['before', 'after'] as const) {
    it(`a device that comes to its end ${when} its accept is written leaves no call behind`, async () => {
      const { calls, hold } = held();
      const harness = new HubHarness({ calls, authorize: byToken });
      const ana = await harness.join('Ana');
      const [desk] = [await harness.join('Bob', { token: 'u1' }), await harness.join('Bob', { token: 'u1' })];
      const callId = await ana.call(desk);
      const open = hold('transition', when);
      const accepted = desk.request('accept', { callId, media: MEDIA, answer: 'x' });
      desk.cut();
      await harness.clock.advance(16_000);
      open();
      await accepted;
      await harness.clock.advance(100);
      assert.equal(ana.stateOf(callId), 'peer-lost');
      assert.deepEqual(ana.roster.members.map(({ busy }) => busy), [false, false]);
    });

    it(`a caller that is sent away ${when} its claim is written leaves no call behind`, async () => {
      const { calls, hold } = held();
      const harness = new HubHarness({ calls });
      const [ana, bob] = await harness.joinAll('Ana', 'Bob');
      assert.ok(ana && bob);
      const open = hold('claim', when);
      const invited = ana.request('invite', invitation(bob));
      await settle();
      await harness.hub.kick('lobby', ana.id);
      open();
      assert.equal((await invited).ok, false);
      await harness.clock.advance(100);
      assert.ok([...bob.calls.values()].every(({ state }) => state === 'ended'));
      assert.deepEqual(bob.roster.members.map(({ busy }) => busy), [false]);
    });
  }

  it('a caller that is lost before its call rings is not waited for longer than others', async () => {
    const { calls, hold } = held();
    const harness = new HubHarness({ calls });
    const [ana, bob] = await harness.joinAll('Ana', 'Bob');
    assert.ok(ana && bob);
    const open = hold('claim');
    const fields = invitation(bob);
    const invited = ana.ask('invite', fields);
    await settle();
    ana.cut();
    open();
    await invited;
    await harness.clock.advance(7_900);
    assert.equal(bob.stateOf(fields.callId), 'ringing');
    await harness.clock.advance(200);
    assert.equal(bob.stateOf(fields.callId), 'missed');
  });
});

describe('The answer to a request', () => {
  it('is the same for two minutes, and done anew after that', async () => {
    const harness = new HubHarness();
    const ana = await harness.join('Ana');
    const id = madeId();
    const first = await ana.request('sync', { rev: 1 }, id);
    await harness.clock.advance(119_000);
    assert.deepEqual(await ana.request('sync', { rev: 1 }, id), first);
    await harness.clock.advance(2_000);
    await ana.request('sync', { rev: 1 });
    assert.notDeepEqual(await ana.request('sync', { rev: 1 }, id), first);
  });

  it('is remembered for the last 256 requests, and across connections', async () => {
    const harness = new HubHarness();
    const ana = await harness.join('Ana');
    const ids = Array.from({ length: REMEMBERED_REPLIES + 1 }, () => madeId());
    const replies = [];
    for (const id of ids) replies.push(await ana.request('sync', { rev: 1 }, id));
    await harness.clock.advance(1_000);
    ana.cut();
    await ana.resume();
    assert.deepEqual(await ana.request('sync', { rev: 1 }, ids.at(-1)), replies.at(-1));
    assert.deepEqual(await ana.request('sync', { rev: 1 }, ids[1]), replies[1]);
    assert.notDeepEqual(await ana.request('sync', { rev: 1 }, ids[0]), replies[0]);
  });

  it('to leaving is the same when asked again', async () => {
    const harness = new HubHarness();
    const ana = await harness.join('Ana');
    const id = madeId();
    assert.deepEqual(await ana.request('leave', {}, id), await ana.request('leave', {}, id));
    assert.equal((await ana.refused('leave', {})).code, 'not-joined');
  });
});
