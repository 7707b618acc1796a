import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { MemoryCallStore } from '../../../src/hub/memory-call-store.js';
import { MemoryPresenceStore } from '../../../src/hub/memory-presence-store.js';
import { HubHarness, madeId, MEDIA, type Client } from './hub-harness.js';

const LATER = 60_000;

/** A store whose named method fails the next so many times: before it has done its work, or after. */
function failing<T extends object>(store: T): { store: T; fail: (method: keyof T, times: number, when?: 'before' | 'after') => void } {
  const plans = new Map<PropertyKey, { times: number; when: 'before' | 'after' }>();
  const proxy = new Proxy(store, {
    get(target, name) {
      const method: unknown = Reflect.get(target, name);
      if (typeof method !== 'function') return method;
      return async (...values: unknown[]) => {
        const plan = plans.get(name);
        const fails = plan !== undefined && plan.times-- > 0;
        if (fails && plan.when === 'before') throw new Error(`${String(name)} failed`);
        const result: unknown = await Reflect.apply(method, target, values);
        if (fails) throw new Error(`${String(name)} failed`);
        return result;
      };
    },
  });
  return { store: proxy, fail: (method, times, when = 'before') => void plans.set(method, { times, when }) };
}

async function fragile() {
  const presence = failing(new MemoryPresenceStore());
  const calls = failing(new MemoryCallStore());
  const harness = new HubHarness({ presence: presence.store, calls: calls.store });
  return { harness, presence, calls, ana: await harness.join('Ana'), bob: await harness.join('Bob') };
}
const busyOf = (client: Client): boolean[] => client.roster.members.map(({ busy }) => busy);
const invitation = (to: Client) => ({ callId: madeId('call'), to: to.id, media: MEDIA, offer: 'offer' });

describe('A store that fails', () => {
  for (const when of ['before', 'after'] as const) {
    it(`at claiming (${when} it is done) leaves nobody claimed`, async () => {
      const { harness, calls, ana, bob } = await fragile();
      calls.fail('claim', 1, when);
      assert.equal((await ana.refused('invite', invitation(bob))).code, 'unavailable');
      await harness.clock.advance(100);
      assert.deepEqual(harness.failures, ['invite']);
      assert.deepEqual(busyOf(bob), [false, false]);
      assert.equal(bob.heard('call').length, 0);
      await bob.talk(ana);
    });

    it(`at claiming (${when} it is done) and then at giving back leaves nobody claimed for long`, async () => {
      const { harness, calls, ana, bob } = await fragile();
      calls.fail('claim', 1, when);
      calls.fail('release', 3, 'before');
      await ana.refused('invite', invitation(bob));
      await harness.clock.advance(LATER);
      await bob.talk(ana);
    });

    it(`at a transition (${when} it is done) tells both the same`, async () => {
      const { harness, calls, ana, bob } = await fragile();
      const callId = await ana.call(bob);
      calls.fail('transition', 1, when);
      const reply = await bob.request('accept', { callId, media: MEDIA, answer: 'x' });
      await harness.clock.advance(100);
      assert.equal(reply.ok, when === 'after');
      assert.equal(ana.stateOf(callId), when === 'after' ? 'connecting' : 'unknown');
      await harness.clock.advance(LATER);
      assert.equal(ana.stateOf(callId), when === 'after' ? 'connect-failed' : 'no-answer');
      assert.deepEqual(busyOf(bob), [false, false]);
    });

    it(`at joining (${when} it is done) leaves nobody listed`, async () => {
      const { harness, presence, bob } = await fragile();
      const cyn = harness.client();
      cyn.connect();
      presence.fail('add', 1, when);
      const reply = await cyn.hello({ nickname: 'Cyn' });
      assert.equal(reply.ok || reply.code, 'unavailable');
      await harness.clock.advance(LATER);
      assert.deepEqual((await harness.hub.members('lobby')).map(({ nickname }) => nickname), ['Ana', 'Bob']);
      assert.equal((await cyn.hello({ nickname: 'Cyn' })).ok, true);
      await harness.clock.advance(100);
      assert.equal(bob.needsSync ? (await bob.sync()).room?.members.length : bob.roster.members.length, 3);
    });
  }

  it('at claiming shows nobody busy for longer than it takes to give the claim back', async () => {
    const { harness, calls, ana, bob } = await fragile();
    calls.fail('claim', 1, 'after');
    calls.fail('get', 1);
    await ana.refused('invite', invitation(bob));
    bob.cut();
    await bob.resume();
    await harness.clock.advance(100);
    assert.deepEqual(busyOf(bob), [false, true], 'as the store has it');
    await harness.clock.advance(LATER);
    assert.deepEqual(busyOf(bob), [false, false]);
  });

  it('at claiming ends the call for a callee that was merged into it before it could be given back', async () => {
    const { harness, calls, ana, bob } = await fragile();
    calls.fail('claim', 1, 'after');
    calls.fail('get', 1);
    await ana.refused('invite', invitation(bob));
    const { call } = await bob.ask('invite', invitation(ana));
    assert.equal(call.state, 'connecting');
    await harness.clock.advance(2_000);
    assert.equal(bob.stateOf(call.callId), 'server');
    assert.deepEqual(busyOf(bob), [false, false]);
    await bob.talk(ana);
  });

  it('at the welcome takes the join back', async () => {
    const { harness, presence, bob } = await fragile();
    const cyn = harness.client();
    cyn.connect();
    presence.fail('list', 1);
    const reply = await cyn.hello({ nickname: 'Cyn' });
    assert.equal(reply.ok || reply.code, 'unavailable');
    await harness.clock.advance(100);
    assert.equal(bob.roster.members.length, 2);
    assert.deepEqual(harness.failures, ['hello']);
  });

  it('at the welcome of a resumed session leaves it to be resumed again', async () => {
    const { harness, presence, ana, bob } = await fragile();
    const { id } = ana;
    const callId = await ana.talk(bob);
    ana.cut();
    presence.fail('list', 1);
    assert.equal((await ana.resume()).ok, false);
    await harness.clock.advance(5_000);
    ana.cut();
    const back = await ana.resume();
    assert.equal(back.ok && back.memberId, id);
    await harness.clock.advance(LATER);
    assert.equal(bob.stateOf(callId), 'active');
  });

  it('at marking members busy marks them later', async () => {
    const { harness, presence, ana, bob } = await fragile();
    presence.fail('patch', 5);
    await ana.talk(bob);
    await harness.clock.advance(LATER);
    assert.deepEqual(busyOf(bob), [true, true]);
    assert.ok(harness.failures.includes('member status'));
  });

  it('at removing a member removes it later', async () => {
    const { harness, presence, ana, bob } = await fragile();
    presence.fail('remove', 3);
    const callId = await ana.talk(bob);
    await ana.ask('leave', {});
    await harness.clock.advance(LATER);
    assert.equal(bob.roster.members.length, 1);
    assert.equal(bob.stateOf(callId), 'peer-left');
  });

  it('at releasing an ended call keeps nobody busy', async () => {
    const { harness, calls, ana, bob } = await fragile();
    const callId = await ana.talk(bob);
    calls.fail('release', 2);
    await ana.ask('hangup', { callId, reason: 'hangup' });
    await bob.talk(ana);
    await harness.clock.advance(LATER);
    assert.deepEqual(busyOf(ana), [true, true]);
  });

  it('when ringing is over ends it as soon as it works again', async () => {
    const { harness, calls, ana, bob } = await fragile();
    const callId = await ana.call(bob);
    await harness.clock.advance(44_000);
    calls.fail('transition', 3);
    await harness.clock.advance(1_000);
    assert.equal(bob.stateOf(callId), 'ringing');
    await harness.clock.advance(LATER);
    assert.deepEqual([ana.stateOf(callId), bob.stateOf(callId)], ['no-answer', 'missed']);
  });

  it('when a connection is lost still ends its call', async () => {
    const { harness, calls, ana, bob } = await fragile();
    const callId = await ana.talk(bob);
    calls.fail('claimOf', 4);
    ana.cut();
    await harness.clock.advance(LATER);
    assert.equal(bob.stateOf(callId), 'peer-lost');
    assert.deepEqual(busyOf(bob), [false]);
  });
});

describe('A hook that fails', () => {
  it('is unavailable to who asked, and leaves nothing', async () => {
    const broken = async (): Promise<never> => {
      throw new Error('no');
    };
    for (const options of [{ authorize: broken }, { iceServers: broken }]) {
      const harness = new HubHarness(options);
      const client = harness.client();
      client.connect();
      const reply = await client.hello();
      assert.equal(reply.ok || reply.code, 'unavailable');
      assert.deepEqual(harness.failures, ['hello']);
      assert.deepEqual(await harness.hub.members('lobby'), []);
      assert.equal(harness.clock.pending, 0);
    }
  });

  it('for facts disturbs nothing', async () => {
    const harness = new HubHarness({
      onFact: () => {
        throw new Error('no');
      },
    });
    const [ana, bob] = await harness.joinAll('Ana', 'Bob');
    assert.ok(ana && bob);
    const callId = await ana.talk(bob);
    await ana.ask('hangup', { callId, reason: 'hangup' });
    await harness.clock.advance(100);
    assert.equal(bob.stateOf(callId), 'remote-hangup');
    assert.deepEqual(busyOf(bob), [false, false]);
    assert.ok(harness.failures.every((doing) => doing === 'onFact'));
  });
});
