import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Authorization } from '../../../src/hub/ports.js';
import type { WireCall } from '../../../src/protocol/messages.js';
import { HubHarness, MEDIA, madeId, type Client } from './hub-harness.js';

// Calls that end before they ring: who was called is told, the caller learns nothing by it.

const authorize = async (token: string | null): Promise<Authorization> => ({ ok: true, identity: token === null ? null : { userId: token, nickname: token } });
const NOBODY = { doNotDisturb: true, blocked: [] };
const not = (member: Client) => ({ doNotDisturb: false, blocked: [{ id: member.id }] });

async function dial(from: Client, to: Client): Promise<WireCall> {
  const { call } = await from.ask('invite', { callId: madeId('call'), to: to.id, media: MEDIA, offer: 'v=0 secret' });
  await from.harness.clock.advance(100);
  return call;
}
const told = (client: Client) => client.heard('missed').map(({ call: { callId, state, reason, direction, peer } }) => ({ callId, state, reason, direction, from: peer.nickname }));

describe('A call that cannot ring', () => {
  it('because the other is in a call, is told to them on every device and to nobody else', async () => {
    const harness = new HubHarness({ authorize });
    const [desk, phone] = [await harness.join('', { token: 'ana' }), await harness.join('', { token: 'ana' })];
    const [bob, cyn, dan] = (await harness.joinAll('Bob', 'Cyn', 'Dan')) as [Client, Client, Client];
    await dan.talk(desk);
    const heard = [cyn, dan].map(({ events }) => events.length);
    const { callId, reason } = await dial(bob, desk);
    assert.equal(reason, 'busy');
    const expected = [{ callId, state: 'ended', reason: 'busy', direction: 'incoming', from: 'Bob' }];
    assert.deepEqual([told(desk), told(phone)], [expected, expected]);
    assert.deepEqual([cyn, dan].map(({ events }) => events.length), heard);
    assert.deepEqual(bob.events, []);
    assert.doesNotMatch(JSON.stringify(desk.heard('missed')), /secret|candidates|ticket/);
    assert.deepEqual(harness.factsOf(callId), [], 'there was no such call');
  });

  it('because they rang somebody themselves, too; but who rings them in that moment is in the call', async () => {
    const harness = new HubHarness();
    const [ana, bob, cyn] = (await harness.joinAll('Ana', 'Bob', 'Cyn')) as [Client, Client, Client];
    await ana.call(cyn);
    await dial(bob, ana);
    assert.deepEqual(told(ana).map(({ reason: why, from }) => [why, from]), [['busy', 'Bob']]);
    assert.equal((await dial(cyn, ana)).state, 'connecting');
    assert.equal(told(ana).length, 1);
  });

  it('because they do not want to be disturbed, is told to them', async () => {
    const harness = new HubHarness();
    const [ana, bob, cyn] = (await harness.joinAll('Ana', 'Bob', 'Cyn')) as [Client, Client, Client];
    await ana.ask('availability', NOBODY);
    const { callId } = await dial(bob, ana);
    assert.deepEqual(told(ana), [{ callId, state: 'ended', reason: 'rejected', direction: 'incoming', from: 'Bob' }]);
    assert.deepEqual([bob.events, cyn.events, ana.heard('call')], [[], [], []]);
  });

  it('of somebody who is blocked, is not told to anybody, in whatever they are', async () => {
    for (const callee of ['free', 'in a call', 'not to be disturbed'] as const) {
      const harness = new HubHarness();
      const [ana, bob, cyn] = (await harness.joinAll('Ana', 'Bob', 'Cyn')) as [Client, Client, Client];
      if (callee === 'in a call') await cyn.talk(ana);
      await ana.ask('availability', { ...not(bob), doNotDisturb: callee === 'not to be disturbed' });
      const heard = ana.events.length;
      assert.equal((await dial(bob, ana)).reason, 'rejected');
      assert.equal(ana.events.length, heard, callee);
    }
  });

  it('of somebody blocked on one device, is not told on the other that is not to be disturbed', async () => {
    const harness = new HubHarness({ authorize });
    const [desk, phone, bob] = [await harness.join('', { token: 'ana' }), await harness.join('', { token: 'ana' }), await harness.join('Bob')];
    await desk.ask('availability', not(bob));
    await phone.ask('availability', NOBODY);
    await dial(bob, phone);
    assert.deepEqual([desk.events, phone.events], [[], []]);
  });

  it('because the operator refuses it, is not told to anybody', async () => {
    const harness = new HubHarness({ mayCall: async () => false });
    const [ana, bob] = (await harness.joinAll('Ana', 'Bob')) as [Client, Client];
    await ana.ask('availability', NOBODY);
    await dial(bob, ana);
    assert.deepEqual([ana.events, bob.events], [[], []]);
  });

  it('is told after the caller has its answer, which comes as fast as any', async () => {
    const harness = new HubHarness();
    const [ana, bob] = (await harness.joinAll('Ana', 'Bob')) as [Client, Client];
    await ana.ask('availability', NOBODY);
    await bob.ask('invite', { callId: madeId('call'), to: ana.id, media: MEDIA, offer: 'offer' });
    assert.equal(ana.events.length, 0);
    await harness.clock.advance(0);
    assert.equal(told(ana).length, 1);
  });

  it('is told when they are back, if they were away for a moment', async () => {
    const harness = new HubHarness();
    const [ana, bob] = (await harness.joinAll('Ana', 'Bob')) as [Client, Client];
    await ana.ask('availability', NOBODY);
    ana.cut();
    await dial(bob, ana);
    assert.deepEqual(told(ana), []);
    await ana.resume({ availability: NOBODY });
    assert.deepEqual(told(ana).map(({ reason }) => reason), ['rejected']);
  });

  it('is asked as often as the limits of invitations let anybody ask', async () => {
    const harness = new HubHarness({ invitesPerMinute: 6 });
    const [ana, bob] = (await harness.joinAll('Ana', 'Bob')) as [Client, Client];
    await ana.ask('availability', NOBODY);
    for (let tries = 0; tries < 50; tries++) await bob.request('invite', { callId: madeId('call'), to: ana.id, media: MEDIA, offer: 'offer' });
    await harness.clock.advance(100);
    assert.equal(told(ana).length, 2);
  });

  it('can be made up by nobody: there is no request that says so', async () => {
    const harness = new HubHarness();
    const [ana, eve] = (await harness.joinAll('Ana', 'Eve')) as [Client, Client];
    await assert.rejects(eve.request('missed' as 'cancel', { callId: madeId('call') }));
    await harness.clock.advance(100);
    assert.deepEqual(ana.events, []);
  });
});
