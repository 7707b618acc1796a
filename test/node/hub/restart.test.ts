import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createSeal } from '../../../src/server/seal.js';
import { HubHarness, MEDIA, madeId, type Client } from './hub-harness.js';

// A server that forgets everything, and what its clients bring back to the next one.

const seal = createSeal('the secret that outlives the server');
const server = (options = {}): HubHarness => new HubHarness({ seal, ...options });

async function talking(): Promise<{ ana: Client; bob: Client; callId: string; before: HubHarness }> {
  const before = server();
  const [ana, bob] = [await before.join('Ana'), await before.join('Bob')];
  return { before, ana, bob, callId: await ana.talk(bob) };
}

describe('A member that comes back to a restarted server', () => {
  it('has the id and the nickname it had, whoever comes first', async () => {
    const before = server();
    const [ana, other] = [await before.join('Ana'), await before.join('Ana')];
    assert.equal(other.welcome?.nickname, 'Ana #2');
    const after = server();
    const ids = [ana.id, other.id];
    const second = await other.moveTo(after, undefined, { nickname: 'Ana' });
    const first = await ana.moveTo(after, undefined, { nickname: 'Ana' });
    assert.deepEqual([first.memberId, second.memberId], ids);
    assert.deepEqual([first.nickname, second.nickname], ['Ana', 'Ana #2']);
    assert.deepEqual([first.resumed, second.resumed], [false, false]);
  });

  it('gets another id where somebody has come with its ticket before', async () => {
    const before = server();
    const ana = await before.join('Ana');
    const { ticket, memberId } = ana.welcome!;
    const after = server();
    const thief = await after.join('Ana', { resume: { sessionId: 'x', secret: 'y', epoch: 'z', ticket } });
    assert.equal(thief.id, memberId);
    const back = await ana.moveTo(after);
    assert.notEqual(back.memberId, memberId);
    assert.equal((await after.hub.members('lobby')).length, 2);
  });

  it('is a stranger with a ticket that was changed, of another room, of another secret, or too old', async () => {
    const before = server();
    const ana = await before.join('Ana');
    const { ticket = '', memberId } = ana.welcome!;
    const come = async (harness: HubHarness, fields: object) => (await harness.join('Ana', { resume: { sessionId: 'x', secret: 'y', epoch: 'z', ticket }, ...fields })).id;
    assert.notEqual(await come(server(), { room: 'another' }), memberId);
    assert.notEqual(await come(server({ seal: createSeal('some other secret') }), {}), memberId);
    const [body = '', mac = ''] = ticket.split('.');
    const changed = Buffer.from(Buffer.from(body, 'base64url').toString().replace('Ana', 'Bob')).toString('base64url');
    assert.notEqual(await come(server(), { resume: { sessionId: 'x', secret: 'y', epoch: 'z', ticket: `${changed}.${mac}` } }), memberId);
    const late = server();
    await late.clock.advance(13 * 3_600_000);
    assert.notEqual(await come(late, {}), memberId);
    assert.equal(await come(server(), {}), memberId);
  });
});

describe('A call that outlives its server', () => {
  for (const order of ['caller', 'callee'] as const) {
    it(`goes on when both are back, the ${order} first: both are busy, and each may hang up`, async () => {
      const { ana, bob, callId } = await talking();
      const after = server();
      const eve = await after.join('Eve');
      const [first, second] = order === 'caller' ? [ana, bob] : [bob, ana];
      const known = first.calls.get(callId)!.rev;
      const welcome = await first.moveTo(after, callId);
      assert.deepEqual([welcome.call?.callId, welcome.call?.state, welcome.call!.rev > known], [callId, 'active', true]);
      await second.moveTo(after, callId);
      await after.clock.advance(100);
      assert.deepEqual(eve.roster.members.map(({ nickname, busy }) => [nickname, busy]).sort(), [['Ana', true], ['Bob', true], ['Eve', false]]);
      const busy = await eve.ask('invite', { callId: madeId('call'), to: bob.id, media: MEDIA, offer: 'offer' });
      assert.equal(busy.call.reason, 'busy');
      await after.clock.advance(60_000);
      assert.equal(ana.stateOf(callId), 'active');
      await second.ask('hangup', { callId, reason: 'hangup' });
      await after.clock.advance(100);
      assert.equal(first.stateOf(callId), 'remote-hangup');
      assert.deepEqual(eve.roster.members.map(({ busy: isBusy }) => isBusy), [false, false, false]);
    });
  }

  it('relays from one to the other again', async () => {
    const { ana, bob, callId } = await talking();
    const after = server();
    await Promise.all([ana.moveTo(after, callId), bob.moveTo(after, callId)]);
    await ana.ask('signal', { callId, n: 7, description: { type: 'offer', sdp: 'restart' } });
    assert.equal(bob.heard('signal').at(-1)?.description?.sdp, 'restart');
  });

  it('is over 25 s after one came back and the other did not', async () => {
    const { ana, callId } = await talking();
    const after = server();
    await ana.moveTo(after, callId);
    await after.clock.advance(24_900);
    assert.equal(ana.stateOf(callId), 'active');
    await after.clock.advance(200);
    assert.equal(ana.stateOf(callId), 'peer-lost');
    assert.equal(after.factsOf(callId).at(-1), 'call.ended');
  });

  it('is told to the other party that came back without it, and ends when that one says so', async () => {
    const { ana, bob, callId } = await talking();
    const after = server();
    await bob.moveTo(after);
    await ana.moveTo(after, callId);
    assert.equal(bob.heard('call').at(-1)?.call.callId, callId);
    await bob.ask('hangup', { callId, reason: 'left' });
    assert.equal(ana.stateOf(callId), 'peer-left');
  });

  it('is not brought back by anybody else, nor where one of the two is in another call by now', async () => {
    const { ana, bob, callId } = await talking();
    const after = server();
    const { ticket } = ana.calls.get(callId)!;
    const mallory = await after.join('Mallory', { callTicket: ticket });
    assert.equal(mallory.welcome?.call, undefined);
    const eve = await after.join('Eve');
    await bob.moveTo(after);
    const other = await eve.talk(bob);
    const welcome = await ana.moveTo(after, callId);
    assert.equal(welcome.call, undefined);
    assert.equal(bob.stateOf(other), 'active');
    assert.equal((await ana.refused('hangup', { callId, reason: 'hangup' })).code, 'call-not-found');
  });

  it('that the server itself has ended is not brought back by its own tickets', async () => {
    const { ana, bob, callId, before } = await talking();
    await bob.ask('hangup', { callId, reason: 'hangup' });
    await before.clock.advance(120_000);
    ana.cut();
    await before.clock.advance(60_000);
    const welcome = await ana.moveTo(before, callId);
    assert.equal(welcome.call, undefined);
  });

  it('goes on through a second restart', async () => {
    const { ana, bob, callId } = await talking();
    const second = server();
    await Promise.all([ana.moveTo(second, callId), bob.moveTo(second, callId)]);
    const third = server();
    await Promise.all([ana.moveTo(third, callId), bob.moveTo(third, callId)]);
    await third.clock.advance(60_000);
    assert.deepEqual([ana.stateOf(callId), bob.stateOf(callId)], ['active', 'active']);
  });
});

describe('A connection that is made anew', () => {
  it('gets the next generation at both, once, however many ask', async () => {
    const { ana, bob, callId } = await talking();
    const [mine, theirs] = await Promise.all([ana.ask('rebuild', { callId, generation: 0 }), bob.ask('rebuild', { callId, generation: 0 })]);
    assert.deepEqual([mine.call.generation, theirs.call.generation], [1, 1]);
    assert.deepEqual([ana.calls.get(callId)?.generation ?? 1, bob.heard('call').at(-1)?.call.generation], [1, 1]);
    assert.equal(ana.stateOf(callId), 'active');
  });

  it('hears nothing of the one before, and counts its signals anew', async () => {
    const { ana, bob, callId } = await talking();
    await ana.ask('signal', { callId, n: 0, candidates: [] });
    await bob.ask('rebuild', { callId, generation: 0 });
    await ana.ask('signal', { callId, n: 1, candidates: [] });
    await ana.ask('signal', { callId, generation: 1, n: 0, description: { type: 'offer', sdp: 'anew' } });
    assert.deepEqual(bob.heard('signal').map(({ generation, n }) => [generation ?? 0, n]), [[0, 0], [1, 0]]);
  });

  it('is not made for a call that rings or is over, nor by a stranger', async () => {
    const harness = server();
    const [ana, bob, eve] = [await harness.join('Ana'), await harness.join('Bob'), await harness.join('Eve')];
    const callId = await ana.call(bob);
    assert.equal((await ana.refused('rebuild', { callId, generation: 0 })).code, 'bad-message');
    await ana.ask('cancel', { callId });
    assert.equal((await ana.refused('rebuild', { callId, generation: 0 })).code, 'too-late');
    assert.equal((await eve.refused('rebuild', { callId, generation: 0 })).code, 'call-not-found');
  });
});
