import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { MAX_CANDIDATES_PER_NEGOTIATION } from '../../../src/protocol/hub-limits.js';
import { MAX_CANDIDATES_PER_SIGNAL } from '../../../src/protocol/limits.js';
import type { ErrorReply } from '../../../src/protocol/messages.js';
import { HubHarness, madeId, MEDIA, type Client } from './hub-harness.js';

const invitesPerMinute = 6;
const MINUTE = 60_000;

const invite = (from: Client, to: Client, id?: string) => from.request('invite', { callId: madeId('call'), to: to.id, media: MEDIA, offer: 'offer' }, id);
async function waitAskedOf(from: Client, to: Client): Promise<number> {
  const reply = await invite(from, to);
  assert.ok(!reply.ok && reply.code === 'rate-limited', JSON.stringify(reply));
  return reply.retryAfterMs ?? 0;
}
async function isRejected(caller: Client, callee: Client): Promise<void> {
  await callee.ask('reject', { callId: await caller.call(callee) });
}
/** To somebody who is busy, so that nothing of it lasts. */
async function dialsInVain(from: Client, to: Client): Promise<boolean> {
  const reply = await invite(from, to);
  if (!reply.ok) assert.equal(reply.code, 'rate-limited');
  else assert.equal(reply.call.reason, 'busy');
  return reply.ok;
}

describe('invitations', () => {
  it('go out 20 at once and then 6 a minute, told apart by person', async () => {
    const harness = new HubHarness({ invitesPerMinute });
    const [ana, bob, cem, dan] = (await harness.joinAll('Ana', 'Bob', 'Cem', 'Dan')) as [Client, Client, Client, Client];
    await cem.call(dan);
    for (let tries = 0; tries < 20; tries++) assert.equal(await dialsInVain(ana, cem), true, `try ${tries}`);
    assert.equal(await waitAskedOf(ana, cem), 10_000);
    assert.equal(await waitAskedOf(ana, bob), 10_000, 'whomever she calls');
    assert.equal(await dialsInVain(bob, cem), true, 'others are not affected');
    await harness.clock.advance(10_000);
    assert.deepEqual([await dialsInVain(ana, cem), await dialsInVain(ana, cem)], [true, false]);
    await harness.clock.advance(MINUTE);
    await cem.call(dan);
    let taken = 0;
    for (let tries = 0; tries < 10; tries++) if (await dialsInVain(ana, cem)) taken++;
    assert.equal(taken, 6);
  });

  it('of somebody who dials again every 5 s for two minutes are never refused', async () => {
    const harness = new HubHarness({ invitesPerMinute });
    const [ana, bob] = (await harness.joinAll('Ana', 'Bob')) as [Client, Client];
    for (let tries = 0; tries < 24; tries++) {
      await ana.ask('cancel', { callId: await ana.call(bob) });
      await harness.clock.advance(5_000);
    }
  });

  it('have one limit for all tabs and memberships of a person somebody vouches for', async () => {
    const harness = new HubHarness({ invitesPerMinute, authorize: async (token) => ({ ok: true, identity: token === null ? null : { userId: token } }) });
    const [tab, other] = [await harness.join('Ana', { token: 'ana' }), await harness.join('Ana', { token: 'ana' })];
    const [cem, dan] = (await harness.joinAll('Cem', 'Dan')) as [Client, Client];
    await cem.call(dan);
    for (let tries = 0; tries < 20; tries++) await dialsInVain(tries % 2 ? tab : other, cem);
    await waitAskedOf(tab, cem);
    for (const each of [tab, other]) await each.ask('leave', {});
    const again = await harness.join('Ana', { token: 'ana' });
    await waitAskedOf(again, cem);
  });

  it('that were refused are asked anew with the same id after the wait, not answered from memory', async () => {
    const harness = new HubHarness({ invitesPerMinute });
    const [ana, cem, dan] = (await harness.joinAll('Ana', 'Cem', 'Dan')) as [Client, Client, Client];
    await cem.call(dan);
    for (let tries = 0; tries < 20; tries++) await dialsInVain(ana, cem);
    const id = madeId('req');
    const refused = (await invite(ana, cem, id)) as ErrorReply;
    assert.equal(refused.code, 'rate-limited');
    await harness.clock.advance(refused.retryAfterMs ?? 0);
    assert.equal((await invite(ana, cem, id)).ok, true);
  });

  it('that are accepted cost nothing: 50 calls one after the other', async () => {
    const harness = new HubHarness({ invitesPerMinute });
    const [ana, bob] = (await harness.joinAll('Ana', 'Bob')) as [Client, Client];
    for (let calls = 0; calls < 50; calls++) {
      const callId = await ana.talk(bob);
      await ana.ask('hangup', { callId, reason: 'hangup' });
    }
  });

  it('are not counted for whom the server says so', async () => {
    const harness = new HubHarness({ invitesPerMinute, mayInviteFreely: () => true });
    const [ana, bob] = (await harness.joinAll('Ana', 'Bob')) as [Client, Client];
    for (let tries = 0; tries < 50; tries++) await isRejected(ana, bob);
  });

  it('are not limited where the hub is given no limit', async () => {
    const harness = new HubHarness();
    const [ana, bob] = (await harness.joinAll('Ana', 'Bob')) as [Client, Client];
    for (let tries = 0; tries < 100; tries++) await isRejected(ana, bob);
  });
});

describe('somebody whose calls the same person rejects', () => {
  it('waits 15 s after the second in a row, then 30 s, 60 s, up to an hour', async () => {
    const harness = new HubHarness({ invitesPerMinute });
    const [ana, bob] = (await harness.joinAll('Ana', 'Bob')) as [Client, Client];
    await isRejected(ana, bob);
    for (const waitMs of [15_000, 30_000, 60_000, 120_000, 240_000, 480_000, 960_000, 1_920_000, 3_600_000, 3_600_000]) {
      await isRejected(ana, bob);
      assert.equal(await waitAskedOf(ana, bob), waitMs);
      await harness.clock.advance(waitMs - 1);
      assert.equal(await waitAskedOf(ana, bob), 1);
      await harness.clock.advance(1);
    }
  });

  it('waits as long for one who does not want to be disturbed: nobody can tell the two apart', async () => {
    const harness = new HubHarness({ invitesPerMinute });
    const [ana, bob] = (await harness.joinAll('Ana', 'Bob')) as [Client, Client];
    await bob.ask('availability', { doNotDisturb: true, blocked: [] });
    for (let tries = 0; tries < 2; tries++) {
      const reply = await invite(ana, bob);
      assert.equal(reply.ok && reply.call.reason, 'rejected');
    }
    assert.equal(await waitAskedOf(ana, bob), 15_000);
  });

  it('may call others meanwhile, and be called', async () => {
    const harness = new HubHarness({ invitesPerMinute });
    const [ana, bob, cem] = (await harness.joinAll('Ana', 'Bob', 'Cem')) as [Client, Client, Client];
    for (let calls = 0; calls < 2; calls++) await isRejected(ana, bob);
    await waitAskedOf(ana, bob);
    await ana.ask('cancel', { callId: await ana.call(cem) });
    await ana.ask('reject', { callId: await bob.call(ana) });
    await cem.call(bob);
  });

  it('waits no longer once a call between the two was accepted, whoever made it', async () => {
    for (const whoCalls of ['rejected', 'rejecting']) {
      const harness = new HubHarness({ invitesPerMinute });
      const [ana, bob] = (await harness.joinAll('Ana', 'Bob')) as [Client, Client];
      for (let calls = 0; calls < 2; calls++) await isRejected(ana, bob);
      const waitMs = await waitAskedOf(ana, bob);
      if (whoCalls === 'rejected') await harness.clock.advance(waitMs);
      const [from, to] = whoCalls === 'rejected' ? [ana, bob] : [bob, ana];
      await from.ask('hangup', { callId: await from.talk(to), reason: 'hangup' });
      await isRejected(ana, bob);
      await isRejected(ana, bob);
      assert.equal(await waitAskedOf(ana, bob), 15_000, 'it begins anew');
    }
  });

  it('is not held to it for ever: after an hour of peace it begins anew', async () => {
    const harness = new HubHarness({ invitesPerMinute });
    const [ana, bob] = (await harness.joinAll('Ana', 'Bob')) as [Client, Client];
    for (let calls = 0; calls < 2; calls++) await isRejected(ana, bob);
    await harness.clock.advance(15_000 + 60 * MINUTE);
    await isRejected(ana, bob);
    await isRejected(ana, bob);
    assert.equal(await waitAskedOf(ana, bob), 15_000);
  });

  it('need not wait for what only rang out or was given up', async () => {
    const harness = new HubHarness({ invitesPerMinute });
    const [ana, bob] = (await harness.joinAll('Ana', 'Bob')) as [Client, Client];
    for (let calls = 0; calls < 3; calls++) {
      await ana.ask('cancel', { callId: await ana.call(bob) });
      await ana.call(bob, { ringTimeoutMs: 2_000 });
      await harness.clock.advance(2_000);
    }
    await ana.call(bob);
  });
});

describe('candidates', () => {
  it('are taken up to 200 from one side, and anew after each description', async () => {
    const harness = new HubHarness();
    const [ana, bob] = (await harness.joinAll('Ana', 'Bob')) as [Client, Client];
    const callId = await ana.talk(bob);
    const candidates = (count: number) => Array.from({ length: count }, () => ({ candidate: 'candidate:1 1 udp 1 192.0.2.1 9 typ host' }));
    const full = Math.floor(MAX_CANDIDATES_PER_NEGOTIATION / MAX_CANDIDATES_PER_SIGNAL);
    let n = 0;
    const send = (from: Client, count: number, more = {}) => from.request('signal', { callId, n: n++, candidates: candidates(count), ...more });
    for (let sent = 0; sent < full; sent++) assert.equal((await send(ana, MAX_CANDIDATES_PER_SIGNAL)).ok, true);
    assert.equal((await send(ana, MAX_CANDIDATES_PER_NEGOTIATION - full * MAX_CANDIDATES_PER_SIGNAL)).ok, true);
    assert.deepEqual(await send(ana, 1), { ok: false, code: 'too-large' });
    assert.equal((await send(bob, 1)).ok, true, 'the other side has its own');
    assert.equal((await send(ana, 1, { description: { type: 'offer', sdp: 'restart' } })).ok, true);
    assert.equal((await send(ana, MAX_CANDIDATES_PER_SIGNAL)).ok, true);
    const heard = bob.heard('signal').reduce((sum, event) => sum + (event.candidates?.length ?? 0), 0);
    assert.equal(heard, MAX_CANDIDATES_PER_NEGOTIATION + 1 + MAX_CANDIDATES_PER_SIGNAL);
  });
});
