import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Authorization } from '../../../src/hub/ports.js';
import { HubHarness, madeId, MEDIA, type Client } from './hub-harness.js';

async function connected(): Promise<{ harness: HubHarness; ana: Client; bob: Client; callId: string }> {
  const harness = new HubHarness();
  const [ana, bob] = [await harness.join('Ana'), await harness.join('Bob')];
  return { harness, ana, bob, callId: await ana.talk(bob) };
}

describe('A call', () => {
  it('is active for both from the first word that media flows, and the second changes nothing', async () => {
    const { harness, ana, bob, callId } = await connected();
    const since = ana.calls.get(callId)?.connectedAt;
    await harness.clock.advance(500);
    assert.equal((await bob.ask('connected', { callId })).call.connectedAt, since);
    assert.deepEqual([ana.stateOf(callId), bob.stateOf(callId)], ['active', 'active']);
    assert.equal(bob.calls.get(callId)?.connectedAt, since);
    await harness.clock.advance(600_000);
    assert.equal(ana.stateOf(callId), 'active');
  });

  it('that never connects is ended after 24.5 s', async () => {
    const harness = new HubHarness();
    const [ana, bob] = [await harness.join('Ana'), await harness.join('Bob')];
    const callId = await ana.call(bob);
    await harness.clock.advance(40_000);
    await bob.ask('accept', { callId, media: MEDIA, answer: 'x' });
    await harness.clock.advance(24_499);
    assert.equal(ana.stateOf(callId), 'connecting', 'the ring time has no say any more');
    await harness.clock.advance(1);
    assert.deepEqual([ana.stateOf(callId), bob.stateOf(callId)], ['connect-failed', 'connect-failed']);
  });

  it('carries descriptions and candidates between the two, with the number of the sender, each once', async () => {
    const { ana, bob, callId } = await connected();
    await ana.ask('signal', { callId, n: 0, description: { type: 'offer', sdp: 'restart' } });
    await ana.ask('signal', { callId, n: 0, description: { type: 'offer', sdp: 'again' } });
    await bob.ask('signal', { callId, n: 0, description: { type: 'answer', sdp: 'yes' }, candidates: [{ candidate: 'c' }] });
    assert.deepEqual(bob.heard('signal').map(({ n, description }) => [n, description]), [[0, { type: 'offer', sdp: 'restart' }]]);
    assert.deepEqual(ana.heard('signal').map(({ n, candidates }) => [n, candidates]), [[0, [{ candidate: 'c' }]]]);
  });

  it('remembers the last signals of a long one, not all of them', async () => {
    const { ana, bob, callId } = await connected();
    for (let n = 0; n < 600; n++) await ana.ask('signal', { callId, n, candidates: [] });
    for (const n of [599, 300, 0]) await ana.ask('signal', { callId, n, candidates: [] });
    assert.equal(bob.heard('signal').length, 600);
  });

  it('tells nobody else anything, not even that it exists', async () => {
    const { harness, ana, bob, callId } = await connected();
    const eve = await harness.join('Eve');
    const codes = await Promise.all([
      eve.refused('signal', { callId, n: 0, candidates: [] }), eve.refused('accept', { callId, media: MEDIA, answer: 'x' }), eve.refused('reject', { callId }),
      eve.refused('cancel', { callId }), eve.refused('ringing', { callId }), eve.refused('connected', { callId }),
      eve.refused('hangup', { callId, reason: 'hangup' }),
      eve.refused('hangup', { callId: madeId('call'), reason: 'hangup' }),
    ]);
    for (const refused of codes) assert.deepEqual(refused, { ok: false, code: 'call-not-found' });
    assert.equal((await eve.ask('sync', { rev: 99, callId, callRev: 0 })).call, undefined);
    await harness.clock.advance(100);
    assert.deepEqual([ana.stateOf(callId), bob.stateOf(callId)], ['active', 'active']);
  });

  it('is hung up once, whoever presses first', async () => {
    const { harness, ana, bob, callId } = await connected();
    await harness.clock.advance(7_000);
    const [anas, bobs] = await Promise.all([ana.ask('hangup', { callId, reason: 'hangup' }), bob.ask('hangup', { callId, reason: 'hangup' })]);
    assert.deepEqual([anas.call.reason, bobs.call.reason], ['hangup', 'remote-hangup']);
    await harness.clock.advance(100);
    assert.deepEqual(ana.roster.members.map(({ busy }) => busy), [false, false]);
    const ended = harness.facts.filter(({ type }) => type === 'call.ended');
    const at = harness.clock.now() - 100;
    assert.deepEqual(ended, [{ type: 'call.ended', room: 'lobby', callId, callerId: ana.id, calleeId: bob.id, at, reason: 'hangup', durationMs: 7_000 }]);
    assert.equal((await ana.refused('signal', { callId, n: 5, candidates: [] })).code, 'call-not-found');
  });

  it('that failed has one name on both sides', async () => {
    for (const reason of ['media-failed', 'connect-failed', 'connection-lost', 'protocol-error'] as const) {
      const { ana, bob, callId } = await connected();
      assert.equal((await bob.ask('hangup', { callId, reason })).call.reason, reason);
      assert.equal(ana.stateOf(callId), reason);
    }
  });

  it('is ended by the operator for both, once', async () => {
    const { harness, ana, bob, callId } = await connected();
    assert.equal(await harness.hub.endCall(callId), true);
    assert.equal(await harness.hub.endCall(callId), false);
    assert.equal(await harness.hub.endCall('unknown'), false);
    assert.deepEqual([ana.stateOf(callId), bob.stateOf(callId)], ['server', 'server']);
  });

  it('is one at a time, again and again', async () => {
    const { harness, ana, bob, callId } = await connected();
    await ana.ask('hangup', { callId, reason: 'hangup' });
    for (let round = 0; round < 30; round++) {
      const [from, to] = round % 2 ? [ana, bob] : [bob, ana];
      await from.ask('hangup', { callId: await from.talk(to), reason: 'hangup' });
    }
    await harness.clock.advance(100);
    assert.deepEqual(ana.roster.members.map(({ busy }) => busy), [false, false]);
  });
});

describe('sync in a call', () => {
  it('tells how the call stands where the page believes otherwise', async () => {
    const { ana, callId } = await connected();
    const rev = ana.calls.get(callId)?.rev;
    assert.equal((await ana.ask('sync', { rev: 0, callId, callRev: rev })).call, undefined);
    assert.equal((await ana.ask('sync', { rev: 0, callId, callRev: 1 })).call?.state, 'active');
    assert.equal((await ana.ask('sync', { rev: 0 })).call?.callId, callId);
    await ana.ask('hangup', { callId, reason: 'hangup' });
    assert.equal((await ana.ask('sync', { rev: 0, callId, callRev: rev })).call?.reason, 'hangup');
    assert.equal((await ana.ask('sync', { rev: 0 })).call, undefined);
  });

  it('says nothing of a call that nobody here knows: the parties decide', async () => {
    const harness = new HubHarness();
    const cyn = await harness.join('Cyn');
    assert.equal((await cyn.ask('sync', { rev: 0, callId: madeId('call'), callRev: 3 })).call, undefined);
  });

  it('tells a device that rang in vain that another one answered', async () => {
    const byToken = async (token: string | null): Promise<Authorization> => ({ ok: true, identity: token === null ? null : { userId: token } });
    const harness = new HubHarness({ authorize: byToken });
    const ana = await harness.join('Ana');
    const [desk, phone] = [await harness.join('Bob', { token: 'u1' }), await harness.join('Bob', { token: 'u1' })];
    const callId = await ana.call(desk);
    await phone.ask('accept', { callId, media: MEDIA, answer: 'x' });
    assert.equal((await desk.ask('sync', { rev: 0, callId, callRev: 1 })).call?.reason, 'answered-elsewhere');
    assert.equal((await desk.ask('sync', { rev: 0 })).call, undefined);
  });
});
