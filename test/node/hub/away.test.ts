import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { HubHarness, MEDIA, type Client } from './hub-harness.js';
import { settle } from './virtual-clock.js';

async function pair(): Promise<{ harness: HubHarness; ana: Client; bob: Client }> {
  const harness = new HubHarness();
  return { harness, ana: await harness.join('Ana'), bob: await harness.join('Bob') };
}
const seenBy = (client: Client): string[] => client.roster.members.map(({ nickname, online }) => (online ? nickname : `(${nickname})`));
const awayOf = (client: Client): string[] => client.heard('peer-away').map(({ away, cause }) => `${away ? 'away' : 'back'} ${cause}`);

describe('A member whose connection is lost', () => {
  it('stays listed, not online, for 15 s, then is gone', async () => {
    const { harness, ana, bob } = await pair();
    ana.cut();
    await harness.clock.advance(100);
    assert.deepEqual(seenBy(bob), ['(Ana)', 'Bob']);
    await harness.clock.advance(14_800);
    assert.deepEqual(seenBy(bob), ['(Ana)', 'Bob']);
    await harness.clock.advance(200);
    assert.deepEqual(seenBy(bob), ['Bob']);
    assert.deepEqual(harness.facts.map(({ type }) => type), ['member.joined', 'member.joined', 'member.left']);
  });

  it('returns as the same member, with a new secret, and never left for the others', async () => {
    const { harness, ana, bob } = await pair();
    const { id, welcome } = ana;
    ana.cut();
    await harness.clock.advance(14_000);
    const back = await ana.resume();
    assert.ok(back.ok);
    assert.deepEqual([back.memberId, back.resumed, back.sessionId], [id, true, welcome?.sessionId]);
    assert.notEqual(back.secret, welcome?.secret);
    await harness.clock.advance(60_000);
    assert.deepEqual(seenBy(bob), ['Ana', 'Bob']);
    assert.deepEqual(seenBy(ana), ['Ana', 'Bob']);
    assert.equal(bob.roster.members[0]?.id, id);
  });

  it('gets the room only if something has changed', async () => {
    const { harness, ana } = await pair();
    await harness.clock.advance(100);
    // The hub has not noticed the loss: nothing has changed.
    ana.cut({ unnoticed: true });
    const same = await ana.resume();
    assert.ok(same.ok);
    assert.equal(same.room, undefined);
    ana.cut();
    await harness.join('Cyn');
    const more = await ana.resume();
    assert.ok(more.ok);
    assert.equal(more.room?.members.length, 3);
  });

  it('gets every event it missed, in order, or, when they are no longer kept, everything as it stands', async () => {
    const { ana, bob } = await pair();
    const callId = await ana.talk(bob);
    bob.cut();
    for (let n = 0; n < 100; n++) await ana.ask('signal', { callId, n, candidates: [] });
    const back = await bob.resume();
    assert.ok(back.ok && back.resumed);
    assert.deepEqual(bob.heard('signal').map(({ n }) => n), Array.from({ length: 100 }, (_, n) => n));
    bob.cut();
    for (let n = 100; n < 700; n++) await ana.ask('signal', { callId, n, candidates: [] });
    const lost = await bob.resume();
    assert.ok(lost.ok);
    assert.deepEqual([lost.resumed, lost.call?.state, lost.room?.members.length], [false, 'active', 2]);
    await ana.ask('signal', { callId, n: 700, candidates: [] });
    assert.equal(bob.heard('signal').at(-1)?.n, 700);
  });

  it('finds its events in order when some come while it is being welcomed', async () => {
    let open = (): void => {};
    let gate: Promise<void> = Promise.resolve();
    const harness = new HubHarness({
      iceServers: async () => {
        await gate;
        return { iceServers: [], hasTurn: false };
      },
    });
    const [ana, bob] = await harness.joinAll('Ana', 'Bob');
    assert.ok(ana && bob);
    const callId = await ana.talk(bob);
    bob.cut();
    await ana.ask('signal', { callId, n: 0, candidates: [] });
    gate = new Promise((resolve) => (open = resolve));
    const back = bob.resume();
    await settle();
    await ana.ask('signal', { callId, n: 1, candidates: [] });
    open();
    const reply = await back;
    assert.ok(reply.ok && reply.resumed);
    await ana.ask('signal', { callId, n: 2, candidates: [] });
    assert.deepEqual(bob.heard('signal').map(({ n }) => n), [0, 1, 2]);
  });

  it('is a new member where secret, session, epoch or room do not fit, never an error', async () => {
    const { harness, ana } = await pair();
    assert.ok(ana.welcome);
    const { sessionId, secret, epoch } = ana.welcome;
    const good = { sessionId, secret, epoch, lastSeq: 0 };
    ana.cut();
    for (const [resume, room] of [
      [{ ...good, secret: `${secret.slice(0, -1)}x` }, 'lobby'], [{ ...good, secret: 'x' }, 'lobby'], [{ ...good, sessionId: 'x' }, 'lobby'],
      [{ ...good, epoch: 'x' }, 'lobby'], [good, 'other'],
    ] as const) {
      const other = await harness.join('Eve', { resume, room });
      assert.notEqual(other.id, ana.id);
      assert.ok(other.welcome?.room);
      await other.ask('leave', {});
    }
    const back = await ana.resume();
    assert.equal(back.ok && back.memberId, ana.id);
  });

  it('may use a secret again only as long as the welcome after it can have been lost', async () => {
    const { ana } = await pair();
    assert.ok(ana.welcome);
    const old = { ...ana.welcome, lastSeq: 0 };
    ana.cut();
    await ana.resume();
    ana.cut();
    const again = await ana.resume({ resume: old });
    assert.equal(again.ok && again.memberId, old.memberId, 'its welcome had got lost');
    await ana.ask('ice', {});
    ana.cut();
    const stolen = await ana.resume({ resume: old });
    assert.ok(stolen.ok);
    assert.notEqual(stolen.memberId, old.memberId);
  });

  it('takes its place from a connection that nobody noticed was dead', async () => {
    const { harness, ana, bob } = await pair();
    const dead = ana.connectionId;
    // The old link still carries what is sent to it.
    const back = await ana.resume();
    assert.equal(back.ok && back.memberId, ana.id);
    assert.equal(ana.heard('replaced').length, 1);
    assert.deepEqual(harness.links.closed, [{ connectionId: dead, why: 'replaced' }]);
    harness.hub.disconnected(dead);
    await harness.clock.advance(60_000);
    assert.deepEqual(seenBy(bob), ['Ana', 'Bob']);
    await bob.call(ana);
    assert.equal(ana.heard('call').length, 1);
  });

  it('is refused on the connection it was taken from', async () => {
    const { harness, ana } = await pair();
    const { connectionId } = ana;
    await ana.resume();
    const reply = await harness.hub.request(connectionId, { v: 1, id: 'late-request-00001', t: 'ice' });
    assert.deepEqual(reply, { ok: false, code: 'replaced' });
  });
});

describe('A member that leaves', () => {
  it('is gone at once, its connection closed after the answer, its call ended as peer-left', async () => {
    const { harness, ana, bob } = await pair();
    const callId = await ana.talk(bob);
    await ana.ask('leave', {});
    assert.equal(harness.links.audiences.get('lobby')?.has(ana.connectionId), false, 'it hears no more of the room');
    assert.deepEqual(harness.links.closed, []);
    await harness.clock.advance(50);
    assert.deepEqual(seenBy(bob), ['Bob']);
    assert.equal(bob.stateOf(callId), 'peer-left');
    assert.deepEqual(bob.roster.members.map(({ busy }) => busy), [false]);
    assert.deepEqual(harness.links.closed, [{ connectionId: ana.connectionId, why: 'left' }]);
    const back = await ana.resume();
    assert.ok(back.ok);
    assert.notEqual(back.memberId, bob.roster.members[0]?.id);
    assert.equal(back.resumed, false);
  });

  it('cancels what it was ringing, and what rings for it ends as peer-left', async () => {
    const { harness, ana, bob } = await pair();
    const [cyn, dan] = await harness.joinAll('Cyn', 'Dan');
    assert.ok(cyn && dan);
    const [out, into] = [await ana.call(bob), await cyn.call(dan)];
    await Promise.all([ana.ask('leave', {}), dan.ask('leave', {})]);
    await harness.clock.advance(100);
    assert.deepEqual([bob.stateOf(out), cyn.stateOf(into)], ['cancelled', 'peer-left']);
    assert.equal(harness.hub.memberCount, 2);
  });
});

describe('A page that unloads', () => {
  it('keeps its place for 8 s', async () => {
    const { harness, ana, bob } = await pair();
    await ana.ask('bye', {});
    ana.cut();
    await harness.clock.advance(7_900);
    assert.deepEqual(seenBy(bob), ['(Ana)', 'Bob']);
    await harness.clock.advance(100);
    await harness.clock.advance(50);
    assert.deepEqual(seenBy(bob), ['Bob']);
  });

  it('in a call tells the peer at once, and that it is back', async () => {
    const { harness, ana, bob } = await pair();
    const callId = await ana.talk(bob);
    await ana.ask('bye', {});
    ana.cut();
    await harness.clock.advance(7_000);
    assert.deepEqual(awayOf(bob), ['away unload']);
    const back = await ana.resume({ resume: { ...ana.welcome!, lastSeq: undefined } });
    assert.ok(back.ok);
    assert.deepEqual([back.resumed, back.call?.callId, back.call?.state], [false, callId, 'active']);
    await harness.clock.advance(60_000);
    assert.deepEqual(awayOf(bob), ['away unload', 'back unload']);
    assert.equal(bob.stateOf(callId), 'active');
  });

  it('in a call and does not return has left', async () => {
    const { harness, ana, bob } = await pair();
    const callId = await ana.talk(bob);
    await bob.ask('bye', {});
    bob.cut();
    await harness.clock.advance(8_100);
    assert.equal(ana.stateOf(callId), 'peer-left');
    assert.deepEqual(ana.roster.members.map(({ nickname, busy }) => [nickname, busy]), [['Ana', false]]);
  });

  it('while it rings the other cancels at once', async () => {
    const { harness, ana, bob } = await pair();
    const callId = await ana.call(bob);
    await ana.ask('bye', {});
    assert.equal(bob.stateOf(callId), 'cancelled');
    await harness.clock.advance(100);
    assert.equal(bob.roster.members.find(({ id }) => id === bob.id)?.busy, false);
  });

  it('while the other rings it goes on ringing, and rings again after the reload', async () => {
    const { harness, ana, bob } = await pair();
    const callId = await ana.call(bob);
    await bob.ask('bye', {});
    bob.cut();
    await harness.clock.advance(7_000);
    assert.equal(ana.stateOf(callId), 'unknown', 'nothing has happened for the caller');
    const back = await bob.resume({ resume: { ...bob.welcome!, lastSeq: undefined } });
    assert.equal(back.ok && back.call?.offer, 'offer');
    await bob.ask('accept', { callId, media: MEDIA, answer: 'x' });
    assert.equal(ana.stateOf(callId), 'connecting');
  });

  it('and lives after all is back with its next word', async () => {
    const { harness, ana, bob } = await pair();
    const callId = await ana.talk(bob);
    await ana.ask('bye', {});
    await harness.clock.advance(100);
    assert.deepEqual(seenBy(bob), ['(Ana)', 'Bob']);
    await ana.sync();
    await harness.clock.advance(60_000);
    assert.deepEqual(seenBy(bob), ['Ana', 'Bob']);
    assert.deepEqual(awayOf(bob), ['away unload', 'back unload']);
    assert.equal(bob.stateOf(callId), 'active');
  });

  it('and stays silent on a live link has to join again', async () => {
    const { harness, ana, bob } = await pair();
    await ana.ask('bye', {});
    await harness.clock.advance(8_100);
    assert.deepEqual(seenBy(bob), ['Bob']);
    assert.equal((await ana.refused('sync', { rev: 0 })).code, 'not-joined');
    assert.equal((await ana.hello()).ok, true);
    await harness.clock.advance(100);
    assert.deepEqual(seenBy(bob), ['Bob', 'Ana']);
  });
});

describe('A connection lost in a call', () => {
  it('is known to the peer, kept for 25 s, then peer-lost', async () => {
    const { harness, ana, bob } = await pair();
    const callId = await ana.talk(bob);
    ana.cut();
    await harness.clock.advance(24_900);
    assert.deepEqual(awayOf(bob), ['away lost']);
    assert.equal(bob.stateOf(callId), 'active');
    assert.deepEqual(seenBy(bob), ['(Ana)', 'Bob']);
    await harness.clock.advance(200);
    assert.equal(bob.stateOf(callId), 'peer-lost');
    assert.deepEqual(seenBy(bob), ['Bob']);
  });

  it('that heals is told once each way, and costs the call nothing', async () => {
    const { harness, ana, bob } = await pair();
    const callId = await ana.talk(bob);
    for (let round = 0; round < 3; round++) {
      bob.cut();
      await harness.clock.advance(20_000);
      await bob.resume();
    }
    await harness.clock.advance(60_000);
    assert.deepEqual(awayOf(ana), ['away lost', 'back lost', 'away lost', 'back lost', 'away lost', 'back lost']);
    assert.deepEqual([ana.stateOf(callId), bob.stateOf(callId)], ['active', 'active']);
    await ana.ask('hangup', { callId, reason: 'hangup' });
    assert.equal(bob.stateOf(callId), 'remote-hangup');
  });

  it('of both ends the call when the first has been waited for', async () => {
    const { harness, ana, bob } = await pair();
    const callId = await ana.talk(bob);
    ana.cut();
    bob.cut();
    await harness.clock.advance(24_000);
    const back = await bob.resume();
    assert.equal(back.ok && back.call?.peer.online, false);
    await harness.clock.advance(1_100);
    assert.equal(bob.stateOf(callId), 'peer-lost');
  });

  it('while the caller rings ends the ringing after 8 s, as a missed call', async () => {
    const { harness, ana, bob } = await pair();
    const callId = await ana.call(bob);
    ana.cut();
    await harness.clock.advance(7_900);
    assert.equal(bob.stateOf(callId), 'ringing');
    await harness.clock.advance(200);
    assert.equal(bob.stateOf(callId), 'missed');
    await ana.resume();
    assert.equal(ana.stateOf(callId), 'no-answer');
  });

  it('while the caller rings costs nothing if it returns, and counts anew the next time', async () => {
    const { harness, ana, bob } = await pair();
    const callId = await ana.call(bob);
    ana.cut();
    await harness.clock.advance(6_000);
    await ana.resume();
    ana.cut();
    await harness.clock.advance(7_500);
    assert.equal(bob.stateOf(callId), 'ringing');
    await ana.resume();
    await harness.clock.advance(12_000);
    await bob.ask('accept', { callId, media: MEDIA, answer: 'x' });
    assert.equal(ana.stateOf(callId), 'connecting');
  });

  it('in the moment of accepting is noticed', async () => {
    const { harness, ana, bob } = await pair();
    const callId = await ana.call(bob);
    const accepted = bob.ask('accept', { callId, media: MEDIA, answer: 'x' });
    bob.cut();
    await accepted;
    await ana.ask('connected', { callId });
    await harness.clock.advance(24_000);
    assert.deepEqual(awayOf(ana), ['away lost']);
    assert.equal(ana.stateOf(callId), 'active');
    await harness.clock.advance(1_100);
    assert.equal(ana.stateOf(callId), 'peer-lost');
  });
});

describe('A call to a member that is away', () => {
  it('rings when it returns in time', async () => {
    const { harness, ana, bob } = await pair();
    bob.cut();
    await harness.clock.advance(5_000);
    const callId = await ana.call(bob, { ringTimeoutMs: 8_000 });
    await harness.clock.advance(5_000);
    const back = await bob.resume();
    assert.equal(back.ok && back.call?.callId, callId);
    assert.equal(back.ok && back.call?.offer, 'offer');
  });

  it('does not begin to ring with less than 3 s left', async () => {
    const { harness, ana, bob } = await pair();
    bob.cut();
    const callId = await ana.call(bob, { ringTimeoutMs: 8_000 });
    await harness.clock.advance(5_100);
    const back = await bob.resume();
    assert.equal(back.ok && back.call, undefined);
    assert.equal((await bob.sync()).call, undefined);
    await harness.clock.advance(3_000);
    assert.equal(ana.stateOf(callId), 'no-answer');
  });

  it('ends as peer-lost when it does not return', async () => {
    const { harness, ana, bob } = await pair();
    bob.cut();
    const callId = await ana.call(bob);
    await harness.clock.advance(15_100);
    assert.equal(ana.stateOf(callId), 'peer-lost');
    assert.deepEqual(ana.roster.members.map(({ nickname, busy }) => [nickname, busy]), [['Ana', false]]);
  });
});
