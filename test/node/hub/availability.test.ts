import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Authorization, HubOptions } from '../../../src/hub/ports.js';
import type { WireCall } from '../../../src/protocol/messages.js';
import type { Availability } from '../../../src/protocol/requests.js';
import { HubHarness, MEDIA, madeId, type Client } from './hub-harness.js';

const authorize = async (token: string | null): Promise<Authorization> => ({ ok: true, identity: token === null ? null : { userId: token, nickname: token } });

const ANYBODY: Availability = { doNotDisturb: false, blocked: [] };
const NOBODY: Availability = { doNotDisturb: true, blocked: [] };
const not = (...members: Client[]): Availability => ({ doNotDisturb: false, blocked: members.map(({ id }) => ({ id })) });

async function dial(from: Client, to: Client): Promise<WireCall> {
  const { call } = await from.ask('invite', { callId: madeId('call'), to: to.id, media: MEDIA, offer: 'offer' });
  await from.harness.clock.advance(100);
  return call;
}
const outcome = async (from: Client, to: Client): Promise<string> => {
  const { state, reason = '' } = await dial(from, to);
  return `${state} ${reason}`.trim();
};

describe('Who does not want to be disturbed', () => {
  it('is not rung, and the caller reads at once what a person says who declines', async () => {
    const harness = new HubHarness();
    const [ana, bob, cyn] = (await harness.joinAll('Ana', 'Bob', 'Cyn')) as [Client, Client, Client];
    await ana.ask('availability', NOBODY);
    assert.equal(await outcome(bob, ana), 'ended rejected');
    assert.deepEqual([ana.heard('call'), bob.events], [[], []]);
    assert.equal(await ana.harness.options.calls.claimOf(bob.id), null, 'the caller is free');
    assert.deepEqual(cyn.roster.members.map(({ busy, online }) => [busy, online]), [[false, true], [false, true], [false, true]]);
    assert.deepEqual(harness.facts.filter(({ type }) => type.startsWith('call')), []);
    await ana.ask('availability', ANYBODY);
    assert.equal(await outcome(bob, ana), 'ringing');
  });

  it('may call, and be called back by them in that moment', async () => {
    const harness = new HubHarness({ mayCall: async (from) => from.nickname === 'Ana' });
    const [ana, bob] = (await harness.joinAll('Ana', 'Bob')) as [Client, Client];
    await ana.ask('availability', { doNotDisturb: true, blocked: [{ id: bob.id }] });
    assert.equal((await dial(ana, bob)).state, 'ringing');
    const { call } = await bob.ask('invite', { callId: madeId('call'), to: ana.id, media: MEDIA, offer: 'offer' });
    assert.deepEqual([call.state, call.direction], ['connecting', 'incoming']);
  });

  it('on one device is rung on another, and on none if all say so; also by what comes later', async () => {
    const harness = new HubHarness({ authorize });
    const [desk, phone, bob] = [await harness.join('', { token: 'ana', availability: NOBODY }), await harness.join('', { token: 'ana' }), await harness.join('Bob')];
    const { callId } = await dial(bob, desk);
    assert.deepEqual([desk.heard('call').length, phone.heard('call').length], [0, 1]);
    assert.equal((await desk.ask('sync', { rev: desk.roster.rev })).call, undefined);
    await phone.ask('reject', { callId });
    await phone.ask('availability', NOBODY);
    assert.equal(await outcome(bob, desk), 'ended rejected');
  });

  it('says so again with every hello, and who does not can be rung again', async () => {
    const harness = new HubHarness();
    const [ana, bob] = [await harness.join('Ana', { availability: NOBODY }), await harness.join('Bob')];
    assert.equal(await outcome(bob, ana), 'ended rejected');
    ana.cut();
    await ana.resume({ availability: NOBODY });
    assert.equal(await outcome(bob, ana), 'ended rejected');
    ana.cut();
    assert.equal(await outcome(bob, ana), 'ended rejected', 'away for a moment');
    await ana.resume();
    assert.equal(await outcome(bob, ana), 'ringing');
    const later = new HubHarness();
    await ana.moveTo(later, undefined, { availability: NOBODY });
    await bob.moveTo(later);
    assert.equal(await outcome(bob, ana), 'ended rejected', 'at the next server from its first moment on');
  });
});

describe('Who is blocked', () => {
  it('cannot ring, others can, and nobody is told', async () => {
    const harness = new HubHarness();
    const [ana, bob, cyn] = (await harness.joinAll('Ana', 'Bob', 'Cyn')) as [Client, Client, Client];
    await ana.ask('availability', not(bob));
    await harness.clock.advance(100);
    assert.deepEqual([bob.events, cyn.events], [[], []]);
    assert.doesNotMatch(JSON.stringify([bob.roster, await harness.hub.members('lobby')]), /block|disturb/i);
    assert.equal(await outcome(bob, ana), 'ended rejected');
    assert.equal(await outcome(cyn, ana), 'ringing');
  });

  it('stays so as another member, where they have a user', async () => {
    const harness = new HubHarness({ authorize });
    const [ana, bob] = [await harness.join('Ana'), await harness.join('', { token: 'bob' })];
    await ana.ask('availability', { doNotDisturb: false, blocked: [{ id: bob.id, userId: 'bob' }] });
    await bob.ask('leave', {});
    const again = await harness.join('', { token: 'bob' });
    assert.notEqual(again.id, bob.id);
    assert.equal(await outcome(again, ana), 'ended rejected');
    assert.equal(await outcome(await harness.join('', { token: 'cyn' }), ana), 'ringing');
  });

  it('on one device is blocked on all of that member', async () => {
    const harness = new HubHarness({ authorize });
    const [desk, phone, bob] = [await harness.join('', { token: 'ana' }), await harness.join('', { token: 'ana' }), await harness.join('Bob')];
    await desk.ask('availability', not(bob));
    assert.equal(await outcome(bob, phone), 'ended rejected');
    assert.equal(phone.heard('call').length, 0);
  });
});

describe('A caller who is not wanted', () => {
  type Case = [what: string, options: Partial<HubOptions>, prepare: (callee: Client, caller: Client) => Promise<unknown>];
  const cases: Case[] = [
    ['do not disturb', {}, (callee) => callee.ask('availability', NOBODY)],
    ['blocked', {}, (callee, caller) => callee.ask('availability', not(caller))],
    ['both', {}, (callee, caller) => callee.ask('availability', { ...not(caller), doNotDisturb: true })],
    ['not allowed by the operator', { mayCall: async () => false }, async () => {}],
  ];

  /** Everything that caller and bystander can see of three tries, with when: the reply, in promise turns and in time, events, lists, what a second request finds. */
  async function seen([, options, prepare]: Case, callee: 'free' | 'in a call' | 'away'): Promise<unknown> {
    const harness = new HubHarness({ mayCall: async () => true, ...options });
    const [ana, bob, cyn, dan] = (await harness.joinAll('Ana', 'Bob', 'Cyn', 'Dan')) as [Client, Client, Client, Client];
    const allow = options.mayCall && harness.options;
    if (callee === 'in a call') {
      if (allow) Object.assign(allow, { mayCall: async () => true });
      await dan.talk(ana);
      if (allow) Object.assign(allow, { mayCall: options.mayCall });
    }
    await prepare(ana, bob);
    if (callee === 'away') ana.cut();
    await harness.clock.advance(100);
    const aliases = new Map([[ana.id, 'ana'], [bob.id, 'bob'], [cyn.id, 'cyn'], [dan.id, 'dan']]);
    const seenNow: unknown[] = [];
    for (let n = 0; n < 3; n++) {
      const callId = madeId('call');
      let turns = 0;
      let replied = false;
      const reply = bob.request('invite', { callId, to: ana.id, media: MEDIA, offer: 'offer' }).finally(() => (replied = true));
      while (!replied && ++turns < 500) await null;
      const begun = harness.clock.now();
      seenNow.push(turns, await reply, harness.clock.now() - begun);
      for (const t of ['ringing', 'cancel', 'connected'] as const) seenNow.push(await bob.request(t, { callId }));
      seenNow.push(await bob.request('sync', { rev: bob.roster.rev, callId, callRev: 1 }));
      await harness.clock.advance(60_000);
      aliases.set(callId, `call ${n}`);
    }
    seenNow.push(bob.events, cyn.events, bob.roster.members, cyn.roster.members);
    // Whatever differs between two runs by chance.
    return [...aliases].reduce((text, [id, alias]) => text.replaceAll(id, alias), JSON.stringify(seenNow));
  }

  for (const callee of ['free', 'in a call', 'away'] as const) {
    it(`sees the same to the last turn, whatever the reason, where the other is ${callee}`, async () => {
      const [first, ...others] = await Promise.all(cases.map((each) => seen(each, callee)));
      assert.match(String(first), /"state":"ended"[^}]*/);
      assert.match(String(first), /"reason":"rejected"/);
      for (const [index, other] of others.entries()) assert.equal(other, first, cases[index + 1]?.[0]);
    });
  }
});

describe('The operator’s word on who may call whom', () => {
  it('is asked with both members as they are, for every call, and not for anything else', async () => {
    const asked: string[] = [];
    const harness = new HubHarness({ authorize, mayCall: async (from, to) => asked.push(`${from.userId} ${to.nickname}`) > 0 });
    const [ana, bob] = [await harness.join('', { token: 'ana' }), await harness.join('Bob')];
    const { callId } = await dial(ana, bob);
    await bob.ask('accept', { callId, media: MEDIA, answer: 'answer' });
    await ana.ask('hangup', { callId, reason: 'hangup' });
    assert.deepEqual(asked, ['ana Bob']);
  });

  it('that fails makes no call, and the answer is honest', async () => {
    const harness = new HubHarness({ mayCall: () => Promise.reject(new Error('down')) });
    const [ana, bob] = (await harness.joinAll('Ana', 'Bob')) as [Client, Client];
    assert.equal((await ana.refused('invite', { callId: madeId('call'), to: bob.id, media: MEDIA, offer: 'offer' })).code, 'unavailable');
    assert.equal(bob.events.length, 0);
  });
});
