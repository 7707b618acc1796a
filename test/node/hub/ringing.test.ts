import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { MemoryCallStore } from '../../../src/hub/memory-call-store.js';
import type { Authorization } from '../../../src/hub/ports.js';
import { HubHarness, madeId, MEDIA, type Client } from './hub-harness.js';

const byToken = async (token: string | null): Promise<Authorization> => ({ ok: true, identity: token === null ? null : { userId: token } });
const invitation = (to: Client) => ({ callId: madeId('call'), to: to.id, media: MEDIA, offer: 'offer' });

async function pair(harness = new HubHarness()): Promise<{ harness: HubHarness; ana: Client; bob: Client }> {
  return { harness, ana: await harness.join('Ana'), bob: await harness.join('Bob') };
}
const busyOf = (client: Client): boolean[] => client.roster.members.map(({ busy }) => busy);

describe('An invitation', () => {
  it('rings the callee with offer and media, and makes both busy for everyone', async () => {
    const { harness, ana, bob } = await pair();
    const cyn = await harness.join('Cyn');
    const callId = await ana.call(bob, { media: { audio: true, video: false } });
    const rung = bob.calls.get(callId);
    assert.deepEqual([rung?.state, rung?.direction, rung?.offer, rung?.peer.nickname], ['ringing', 'incoming', 'offer', 'Ana']);
    assert.deepEqual(rung?.media, { audio: true, video: false });
    assert.equal(rung?.expiresAt, harness.clock.now() + 45_000);
    assert.equal(ana.heard('call').length, 0, 'the reply has told the caller');
    await harness.clock.advance(100);
    assert.deepEqual(busyOf(cyn), [true, true, false]);
    assert.deepEqual(harness.factsOf(callId), ['call.ringing']);
  });

  it('cannot go to oneself, nor to nobody', async () => {
    const { harness, ana, bob } = await pair();
    const far = await harness.join('Far', { room: 'other' });
    assert.equal((await ana.refused('invite', invitation(ana))).code, 'bad-message');
    assert.equal((await ana.refused('invite', invitation(far))).code, 'member-not-found');
    await bob.ask('leave', {});
    assert.equal((await ana.refused('invite', invitation(bob))).code, 'member-not-found');
    await harness.clock.advance(100);
    assert.deepEqual(busyOf(ana), [false]);
  });

  it('to a member in another call ends at once as busy, and nothing is kept of it', async () => {
    const { harness, ana, bob } = await pair();
    const cyn = await harness.join('Cyn');
    await ana.talk(bob);
    const { call } = await cyn.ask('invite', invitation(bob));
    assert.deepEqual([call.state, call.reason, call.peer.busy], ['ended', 'busy', true]);
    await harness.clock.advance(100);
    assert.equal(bob.calls.size, 1);
    assert.deepEqual(busyOf(ana), [true, true, false]);
    assert.equal((await cyn.refused('cancel', { callId: call.callId })).code, 'call-not-found');
  });

  it('by a member that is in a call itself is refused', async () => {
    const { harness, ana, bob } = await pair();
    const cyn = await harness.join('Cyn');
    await ana.call(bob);
    for (const client of [ana, bob]) assert.equal((await client.refused('invite', invitation(cyn))).code, 'unavailable');
  });

  it('repeated gets the first answer, whether its request or only its call is the same', async () => {
    const { harness, ana, bob } = await pair();
    const fields = invitation(bob);
    const id = madeId();
    const [first, second] = await Promise.all([ana.request('invite', fields, id), ana.request('invite', fields, id)]);
    assert.deepEqual(first, second);
    assert.deepEqual((await ana.ask('invite', fields)).call, first.ok && first.call);
    await harness.clock.advance(0);
    assert.equal(bob.heard('call').length, 1);
    const cyn = await harness.join('Cyn');
    assert.equal((await cyn.refused('invite', { ...invitation(bob), callId: fields.callId })).code, 'bad-message');
  });

  it('rings as long as the caller asks, within the limits, then is no answer here and missed there', async () => {
    for (const [asked, ms] of [[undefined, 45_000], [2_500, 2_500], [1, 2_000], [999_999, 120_000]] as const) {
      const { harness, ana, bob } = await pair();
      const callId = await ana.call(bob, { ringTimeoutMs: asked });
      await harness.clock.advance(ms - 1);
      assert.equal(ana.stateOf(callId), 'unknown');
      await harness.clock.advance(1);
      assert.deepEqual([ana.stateOf(callId), bob.stateOf(callId)], ['no-answer', 'missed']);
      await harness.clock.advance(100);
      assert.deepEqual(busyOf(ana), [false, false]);
      assert.equal((await bob.refused('accept', { callId, media: MEDIA, answer: 'x' })).call?.reason, 'missed');
      assert.deepEqual(harness.factsOf(callId), ['call.ringing', 'call.ended']);
    }
  });

  it('that rings is confirmed to the caller once', async () => {
    const { ana, bob } = await pair();
    const callId = await ana.call(bob);
    await bob.ask('ringing', { callId });
    await bob.ask('ringing', { callId });
    assert.deepEqual(ana.heard('call').map(({ call }) => [call.state, call.ringing]), [['ringing', true]]);
  });
});

describe('A ringing call', () => {
  it('is rejected for both', async () => {
    const { harness, ana, bob } = await pair();
    const callId = await ana.call(bob);
    assert.equal((await bob.ask('reject', { callId })).call.reason, 'rejected');
    await harness.clock.advance(100);
    assert.equal(ana.stateOf(callId), 'rejected');
    assert.deepEqual(busyOf(ana), [false, false]);
  });

  it('is cancelled for both, once, and leaves both free for the next at once', async () => {
    const { harness, ana, bob } = await pair();
    const callId = await ana.call(bob);
    await ana.ask('cancel', { callId });
    await ana.ask('cancel', { callId });
    const [again] = await Promise.all([bob.call(ana)]);
    assert.equal(bob.stateOf(callId), 'cancelled');
    assert.equal(bob.heard('call').filter(({ call }) => call.state === 'ended').length, 1);
    await harness.clock.advance(100);
    assert.deepEqual(busyOf(ana), [true, true]);
    assert.equal(ana.stateOf(again), 'ringing');
    assert.deepEqual(harness.factsOf(callId), ['call.ringing', 'call.ended']);
  });

  it('is accepted with the answer, which reaches the caller only', async () => {
    const { harness, ana, bob } = await pair();
    const callId = await ana.call(bob);
    const { call } = await bob.ask('accept', { callId, media: { audio: true, video: false }, answer: 'the answer' });
    assert.deepEqual([call.state, call.offer, call.answer], ['connecting', undefined, undefined]);
    const told = ana.calls.get(callId);
    assert.deepEqual([told?.state, told?.answer, told?.acceptedMedia], ['connecting', 'the answer', { audio: true, video: false }]);
    await harness.clock.advance(100);
    assert.equal((await ana.refused('cancel', { callId })).call?.state, 'connecting');
    assert.equal((await bob.refused('reject', { callId })).code, 'too-late');
  });

  it('rings on every device; the first to accept has it, the others see that', async () => {
    const harness = new HubHarness({ authorize: byToken });
    const ana = await harness.join('Ana');
    const [desk, phone] = [await harness.join('Bob', { token: 'u1' }), await harness.join('Bob', { token: 'u1' })];
    const callId = await ana.call(desk);
    assert.deepEqual([desk.stateOf(callId), phone.stateOf(callId)], ['ringing', 'ringing']);
    await phone.ask('accept', { callId, media: MEDIA, answer: 'x' });
    assert.equal(desk.stateOf(callId), 'answered-elsewhere');
    const refused = await desk.refused('accept', { callId, media: MEDIA, answer: 'y' });
    assert.deepEqual([refused.code, refused.call?.reason], ['too-late', 'answered-elsewhere']);
    assert.equal((await desk.refused('hangup', { callId, reason: 'hangup' })).code, 'too-late');
    assert.equal((await desk.refused('signal', { callId, n: 0, candidates: [] })).code, 'call-not-found');
    assert.equal((await desk.refused('invite', invitation(ana))).code, 'unavailable', 'the member is in a call, whichever device');
    await ana.ask('connected', { callId });
    await phone.ask('hangup', { callId, reason: 'hangup' });
    await harness.clock.advance(0);
    // The phone has it from its reply, which these clients leave to the test.
    assert.deepEqual([ana.stateOf(callId), phone.stateOf(callId), desk.stateOf(callId)], ['remote-hangup', 'active', 'answered-elsewhere']);
  });

  it('is rejected by one device for all', async () => {
    const harness = new HubHarness({ authorize: byToken });
    const ana = await harness.join('Ana');
    const [desk, phone] = [await harness.join('Bob', { token: 'u1' }), await harness.join('Bob', { token: 'u1' })];
    const callId = await ana.call(desk);
    await phone.ask('reject', { callId });
    assert.deepEqual([ana.stateOf(callId), desk.stateOf(callId)], ['rejected', 'rejected']);
  });

  it('rings on a device that comes while it rings, unless hardly any time is left', async () => {
    const harness = new HubHarness({ authorize: byToken });
    const ana = await harness.join('Ana');
    const bob = await harness.join('Bob', { token: 'u1' });
    const callId = await ana.call(bob);
    await ana.ask('signal', { callId, n: 0, candidates: [{ candidate: 'c0' }] });
    await harness.clock.advance(42_000);
    const second = await harness.join('Bob', { token: 'u1' });
    const { call } = second.welcome ?? {};
    assert.deepEqual([call?.callId, call?.offer, call?.candidates], [callId, 'offer', [{ candidate: 'c0' }]]);
    await harness.clock.advance(1);
    assert.equal((await harness.join('Bob', { token: 'u1' })).welcome?.call, undefined);
  });

  it('carries the candidates of the caller to the callee, each once, and keeps them for who comes later', async () => {
    const { ana, bob } = await pair();
    const callId = await ana.call(bob);
    await ana.ask('signal', { callId, n: 0, candidates: [{ candidate: 'c0' }] });
    await ana.ask('signal', { callId, n: 2, candidates: [{ candidate: 'c2' }] });
    await ana.ask('signal', { callId, n: 1, candidates: [{ candidate: 'c1' }] });
    await ana.ask('signal', { callId, n: 2, candidates: [{ candidate: 'again' }] });
    assert.deepEqual(bob.heard('signal').map(({ n, candidates }) => [n, candidates?.[0]?.candidate]), [[0, 'c0'], [2, 'c2'], [1, 'c1']]);
    bob.cut();
    const back = await bob.resume({ resume: { ...bob.welcome!, lastSeq: undefined } });
    assert.ok(back.ok);
    assert.deepEqual(back.call?.candidates?.map(({ candidate }) => candidate), ['c0', 'c2', 'c1']);
  });

  it('takes nothing about its network from the callee, no description from the caller, and no more than fits', async () => {
    const { ana, bob } = await pair();
    const callId = await ana.call(bob);
    assert.equal((await bob.refused('signal', { callId, n: 0, candidates: [{ candidate: 'c' }] })).code, 'bad-message');
    assert.equal((await ana.refused('signal', { callId, n: 0, description: { type: 'offer', sdp: 'x' } })).code, 'bad-message');
    const candidates = Array.from({ length: 25 }, () => ({ candidate: 'x'.repeat(1_000) }));
    await ana.ask('signal', { callId, n: 0, candidates });
    assert.equal((await ana.refused('signal', { callId, n: 1, candidates })).code, 'too-large');
    await bob.ask('accept', { callId, media: MEDIA, answer: 'x' });
  });
});

describe('Two who call each other', () => {
  it('are connected: the second invitation is the accept of the first, and the answer follows', async () => {
    const { harness, ana, bob } = await pair();
    const cyn = await harness.join('Cyn');
    const first = madeId('call');
    const [anas, bobs] = await Promise.all([
      ana.ask('invite', { ...invitation(bob), callId: first, offer: 'of Ana' }),
      bob.ask('invite', { ...invitation(ana), media: { audio: true, video: false } }),
    ]);
    assert.equal(anas.call.callId, first);
    assert.deepEqual([bobs.call.callId, bobs.call.state, bobs.call.direction, bobs.call.offer], [first, 'connecting', 'incoming', 'of Ana']);
    assert.deepEqual([ana.calls.get(first)?.state, ana.calls.get(first)?.answer], ['connecting', undefined]);
    assert.equal((await ana.refused('cancel', { callId: first })).call?.state, 'connecting');
    await ana.ask('signal', { callId: first, n: 0, candidates: [{ candidate: 'c0' }] });
    await bob.ask('accept', { callId: first, media: { audio: true, video: false }, answer: 'of Bob' });
    assert.equal(ana.calls.get(first)?.answer, 'of Bob');
    await bob.ask('connected', { callId: first });
    await harness.clock.advance(100);
    assert.deepEqual([ana.stateOf(first), bob.stateOf(first)], ['active', 'active']);
    assert.equal(bob.heard('signal').length, 1);
    assert.deepEqual(busyOf(cyn), [true, true, false]);
    assert.deepEqual(harness.factsOf(first), ['call.ringing', 'call.started']);
  });

  it('end when the second never answers', async () => {
    const { harness, ana, bob } = await pair();
    const callId = await ana.call(bob);
    await bob.ask('invite', invitation(ana));
    await harness.clock.advance(25_000);
    assert.deepEqual([ana.stateOf(callId), bob.stateOf(callId)], ['connect-failed', 'connect-failed']);
  });
});

describe('Ended calls', () => {
  it('are remembered for a minute, then forgotten', async () => {
    const calls = new MemoryCallStore();
    const { harness, ana, bob } = await pair(new HubHarness({ calls }));
    const callId = await ana.call(bob);
    await ana.ask('cancel', { callId });
    await harness.clock.advance(59_000);
    assert.equal((await bob.refused('accept', { callId, media: MEDIA, answer: 'x' })).code, 'too-late');
    const second = await ana.call(bob);
    await ana.ask('cancel', { callId: second });
    await harness.clock.advance(62_000);
    assert.equal((await bob.refused('accept', { callId, media: MEDIA, answer: 'x' })).code, 'call-not-found');
    await harness.clock.advance(120_000);
    assert.equal(await calls.get(second), null);
    assert.equal(harness.clock.pending, 0, 'nothing is left to do');
  });
});
