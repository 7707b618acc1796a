import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { reasonFor, viewFor } from '../../../src/hub/call-view.js';
import { newCall, transitionCall, type CallEvent, type Party } from '../../../src/hub/calls.js';
import type { CallRecord } from '../../../src/hub/ports.js';

const caller: Party = { memberId: 'a', sessionId: 'a1' };
const callee: Party = { memberId: 'b', sessionId: 'b1' };
const elsewhere: Party = { memberId: 'b', sessionId: 'b2' };
const callerElsewhere: Party = { memberId: 'a', sessionId: 'a2' };
const stranger: Party = { memberId: 'c', sessionId: 'c1' };
const media = { audio: true, video: false };
const at = 2_000;

const ringing = newCall({
  callId: 'call-1', room: 'lobby', by: caller, caller: { id: 'a', nickname: 'Ana', since: 1, online: false }, callee: { id: 'b', nickname: 'Bob', since: 2 },
  media, offer: 'the offer', at: 1_000, ringTimeoutMs: 45_000,
});

function after(record: CallRecord, ...events: CallEvent[]): CallRecord {
  return events.reduce((known, event) => {
    const decided = transitionCall(known, event);
    assert.ok('next' in decided, `${event.type}: ${JSON.stringify(decided)}`);
    return decided.next;
  }, record);
}
const accept: CallEvent = { type: 'accepted', by: callee, media, answer: 'the answer' };
const merge: CallEvent = { type: 'merged', by: callee, media: { audio: true, video: true } };
const connected: CallEvent = { type: 'connected', by: caller, at };
const hangup: CallEvent = { type: 'hung-up', by: caller, reason: 'hangup', at };
const STATES = {
  ringing,
  merged: after(ringing, merge),
  connecting: after(ringing, accept),
  active: after(ringing, accept, connected),
  ended: after(ringing, accept, connected, hangup),
};
type State = keyof typeof STATES;

describe('A transition', () => {
  it('counts the revision up by one, whatever it changes', () => {
    assert.deepEqual([ringing, STATES.connecting, STATES.active, STATES.ended].map(({ rev }) => rev), [1, 2, 3, 4]);
    assert.equal(after(ringing, { type: 'ringing-confirmed', by: callee }).rev, 2);
    assert.equal(after(ringing, { type: 'candidates-added', by: caller, candidates: [{ candidate: 'c' }] }).rev, 2);
  });

  it('that changes nothing is the very same record', () => {
    const confirmed = after(ringing, { type: 'ringing-confirmed', by: callee });
    assert.equal(after(confirmed, { type: 'ringing-confirmed', by: elsewhere }), confirmed);
    assert.equal(after(STATES.active, { type: 'connected', by: callee, at: 9_000 }), STATES.active);
    assert.equal(after(STATES.active, { type: 'ring-timed-out', at }), STATES.active);
    assert.equal(after(STATES.active, { type: 'connect-timed-out', at }), STATES.active);
    assert.equal(after(ringing, { type: 'connect-timed-out', at }), ringing);
  });

  it('after the end is none, and the first reason stays', () => {
    const { ended } = STATES;
    for (const event of [
      hangup, { ...hangup, by: callee, reason: 'media-failed' }, { type: 'stopped', at }, { type: 'ring-timed-out', at }, { type: 'connect-timed-out', at },
      { type: 'departed', memberId: 'b', how: 'lost', at },
    ] satisfies CallEvent[]) assert.equal(after(ended, event), ended);
  });

  it('to the end drops descriptions and candidates', () => {
    const gathered = after(ringing, { type: 'candidates-added', by: caller, candidates: [{ candidate: 'c' }] });
    const { offer, answer, candidates } = after(gathered, { type: 'cancelled', by: caller, at });
    assert.deepEqual({ offer, answer, candidates }, { offer: null, answer: null, candidates: [] });
  });

  it('binds the call to the session that accepts, and the second of two mutual invitations binds it like an accept', () => {
    assert.equal(STATES.connecting.calleeSession, 'b1');
    const { merged } = STATES;
    assert.deepEqual([merged.state, merged.calleeSession, merged.answer, merged.offer], ['connecting', 'b1', null, 'the offer']);
    const answered = after(merged, accept);
    assert.deepEqual([answered.state, answered.answer, answered.offer, answered.acceptedMedia], ['connecting', 'the answer', null, media]);
    assert.deepEqual(transitionCall(answered, accept), { refusal: 'too-late' });
  });

  it('keeps no more of a ringing call than 48 KiB', () => {
    const big = { type: 'candidates-added', by: caller, candidates: Array.from({ length: 25 }, () => ({ candidate: 'x'.repeat(1_000) })) } as const;
    const once = after(ringing, big);
    assert.deepEqual(transitionCall(once, big), { refusal: 'too-large' });
    assert.equal(once.candidates.length, 25);
  });
});

describe('A request about a call', () => {
  const events = (by: Party) => ({
    ringing: { type: 'ringing-confirmed', by },
    candidates: { type: 'candidates-added', by, candidates: [{ candidate: 'c' }] },
    accept: { type: 'accepted', by, media, answer: 'x' },
    merge: { type: 'merged', by, media },
    reject: { type: 'rejected', by, at },
    cancel: { type: 'cancelled', by, at },
    connected: { type: 'connected', by, at },
    hangup: { type: 'hung-up', by, reason: 'hangup', at },
  }) as const satisfies Record<string, CallEvent>;
  type Asked = keyof ReturnType<typeof events>;

  // Rows: who asks what. Columns: what becomes of it in each state. A dash: nothing changes.
  const order = ['ringing', 'merged', 'connecting', 'active', 'ended'] as const satisfies readonly State[];
  const table: [Party, Asked, string][] = [
    [callee, 'ringing', 'ringing too-late too-late too-late too-late'],
    [callee, 'accept', 'connecting connecting too-late too-late too-late'],
    [callee, 'merge', 'connecting too-late too-late too-late too-late'],
    [callee, 'reject', 'ended too-late too-late too-late too-late'],
    [callee, 'cancel', 'bad-message too-late too-late too-late too-late'],
    [callee, 'connected', 'bad-message bad-message active - too-late'],
    [callee, 'hangup', 'bad-message ended ended ended -'],
    [callee, 'candidates', 'bad-message - - - call-not-found'],
    [caller, 'ringing', 'bad-message too-late too-late too-late too-late'],
    [caller, 'accept', 'bad-message too-late too-late too-late too-late'],
    [caller, 'merge', 'bad-message too-late too-late too-late too-late'],
    [caller, 'reject', 'bad-message too-late too-late too-late too-late'],
    [caller, 'cancel', 'ended too-late too-late too-late too-late'],
    [caller, 'connected', 'bad-message bad-message active - too-late'],
    [caller, 'hangup', 'bad-message ended ended ended -'],
    [caller, 'candidates', 'ringing - - - call-not-found'],
    [elsewhere, 'accept', 'connecting too-late too-late too-late too-late'],
    [elsewhere, 'hangup', 'bad-message too-late too-late too-late too-late'],
    [elsewhere, 'candidates', 'bad-message call-not-found call-not-found call-not-found call-not-found'],
    [callerElsewhere, 'cancel', 'call-not-found call-not-found call-not-found call-not-found call-not-found'],
    [callerElsewhere, 'hangup', 'call-not-found call-not-found call-not-found call-not-found call-not-found'],
    [stranger, 'accept', 'call-not-found call-not-found call-not-found call-not-found call-not-found'],
    [stranger, 'hangup', 'call-not-found call-not-found call-not-found call-not-found call-not-found'],
    [stranger, 'candidates', 'call-not-found call-not-found call-not-found call-not-found call-not-found'],
  ];
  for (const [by, asked, outcomes] of table) {
    it(`${asked} by ${by.sessionId} is judged by where the call stands`, () => {
      const found = order.map((state) => {
        const decided = transitionCall(STATES[state], events(by)[asked]);
        return 'refusal' in decided ? decided.refusal : decided.next === STATES[state] ? '-' : decided.next.state;
      });
      assert.equal(found.join(' '), outcomes);
    });
  }

  it('that cancels or rejects twice is granted twice', () => {
    const cancelled = after(ringing, { type: 'cancelled', by: caller, at });
    assert.equal(after(cancelled, { type: 'cancelled', by: caller, at: 9_000 }), cancelled);
    assert.deepEqual(transitionCall(cancelled, { type: 'rejected', by: callee, at }), { refusal: 'too-late' });
    const rejected = after(ringing, { type: 'rejected', by: callee, at });
    assert.equal(after(rejected, { type: 'rejected', by: callee, at: 9_000 }), rejected);
    assert.deepEqual(transitionCall(rejected, { type: 'cancelled', by: caller, at }), { refusal: 'too-late' });
  });
});

describe('The end of a call is worded for each side', () => {
  const cases: [string, CallRecord, CallEvent, string, string][] = [
    ['hang-up by the caller', STATES.active, hangup, 'hangup', 'remote-hangup'],
    ['hang-up by the callee', STATES.active, { ...hangup, by: callee }, 'remote-hangup', 'hangup'],
    ['media that failed', STATES.connecting, { type: 'hung-up', by: callee, reason: 'media-failed', at }, 'media-failed', 'media-failed'],
    ['a connection given up', STATES.active, { type: 'hung-up', by: caller, reason: 'connection-lost', at }, 'connection-lost', 'connection-lost'],
    ['rejection', ringing, { type: 'rejected', by: callee, at }, 'rejected', 'rejected'],
    ['cancelling', ringing, { type: 'cancelled', by: caller, at }, 'cancelled', 'cancelled'],
    ['no answer', ringing, { type: 'ring-timed-out', at }, 'no-answer', 'missed'],
    ['no connection', STATES.connecting, { type: 'connect-timed-out', at }, 'connect-failed', 'connect-failed'],
    ['a caller that left while it rang', ringing, { type: 'departed', memberId: 'a', how: 'left', at }, 'cancelled', 'cancelled'],
    ['a caller that was lost while it rang', ringing, { type: 'departed', memberId: 'a', how: 'lost', at }, 'no-answer', 'missed'],
    ['a callee that left while it rang', ringing, { type: 'departed', memberId: 'b', how: 'left', at }, 'peer-left', 'hangup'],
    ['a callee that was lost while it rang', ringing, { type: 'departed', memberId: 'b', how: 'lost', at }, 'peer-lost', 'connection-lost'],
    ['a caller that left', STATES.active, { type: 'departed', memberId: 'a', how: 'left', at }, 'hangup', 'peer-left'],
    ['a callee that left', STATES.active, { type: 'departed', memberId: 'b', how: 'left', at }, 'peer-left', 'hangup'],
    ['a caller that was lost', STATES.active, { type: 'departed', memberId: 'a', how: 'lost', at }, 'connection-lost', 'peer-lost'],
    ['a callee that was kicked', STATES.active, { type: 'departed', memberId: 'b', how: 'kicked', at }, 'peer-left', 'kicked'],
    ['an operator', STATES.active, { type: 'stopped', at }, 'server', 'server'],
  ];
  for (const [what, record, event, forCaller, forCallee] of cases) {
    it(what, () => {
      const ended = after(record, event);
      assert.deepEqual([reasonFor(ended, 'a'), reasonFor(ended, 'b'), ended.endedAt], [forCaller, forCallee, at]);
    });
  }
});

describe('A view of a call', () => {
  it('shows the offer and the candidates to the callee only, and only until it has answered', () => {
    const gathered = after(ringing, { type: 'candidates-added', by: caller, candidates: [{ candidate: 'c' }] });
    for (const record of [gathered, after(gathered, merge)]) {
      const { offer, candidates } = viewFor(record, callee, true);
      assert.deepEqual([offer, candidates], ['the offer', [{ candidate: 'c' }]]);
      assert.equal('offer' in viewFor(record, caller, true), false);
      assert.equal('candidates' in viewFor(record, caller, true), false);
    }
    for (const state of ['connecting', 'active', 'ended'] as const) assert.equal('offer' in viewFor(STATES[state], callee, true), false, state);
    assert.equal('offer' in viewFor(after(gathered, merge), elsewhere, true), false);
  });

  it('shows the answer to the caller only, until media flows', () => {
    assert.equal(viewFor(STATES.connecting, caller, true).answer, 'the answer');
    assert.equal('answer' in viewFor(STATES.connecting, callee, true), false);
    assert.equal('answer' in viewFor(STATES.active, caller, true), false);
  });

  it('shows each the other, as it is now and not as it was when invited', () => {
    assert.deepEqual(viewFor(ringing, caller, false).peer, { id: 'b', nickname: 'Bob', since: 2, online: false, busy: true });
    assert.deepEqual(viewFor(ringing, callee, true).peer, { id: 'a', nickname: 'Ana', since: 1, busy: true });
    assert.deepEqual(viewFor(STATES.ended, callee, true).peer, { id: 'a', nickname: 'Ana', since: 1 });
    assert.deepEqual([viewFor(ringing, caller, true).direction, viewFor(ringing, callee, true).direction], ['outgoing', 'incoming']);
  });

  it('shows a device of the callee that did not accept that another one did', () => {
    for (const state of ['merged', 'connecting', 'active', 'ended'] as const) {
      const { state: seen, reason, acceptedMedia, connectedAt } = viewFor(STATES[state], elsewhere, true);
      assert.deepEqual([seen, reason, acceptedMedia, connectedAt], ['ended', 'answered-elsewhere', undefined, undefined], state);
    }
    assert.equal(viewFor(ringing, elsewhere, true).state, 'ringing');
    assert.equal(viewFor(after(ringing, { type: 'rejected', by: callee, at }), elsewhere, true).reason, 'rejected');
  });
});
