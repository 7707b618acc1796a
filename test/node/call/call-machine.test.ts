import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { transition } from '../../../src/call/call-machine.js';
import { IDLE, toCallInfo, type CallEvent } from '../../../src/call/call-state.js';
import { activeCaller, answerReady, BOB, CALL_ID, connected, dial, incoming, offerReady, OTHER_ID, ringingIn, ringingOut, Run, told, VIDEO } from './machine-fixtures.js';

const hangUp: CallEvent = { type: 'hang-up', at: 9_000 };
const tell = (changes: Parameters<typeof told>[0], asked?: string): CallEvent => ({ type: 'call-told', call: told(changes), at: 3_000, ...(asked && { asked }) });

describe('placing a call', () => {
  it('opens connection and camera at once and invites when the offer is there', () => {
    const run = new Run().apply(dial);
    assert.deepEqual(run.did, ['stop-timers', 'open-caller', 'open-media']);
    run.apply(offerReady);
    assert.deepEqual(run.last, [{ type: 'send-invite', callId: CALL_ID, to: 'bob', media: VIDEO, offer: 'v=0 offer' }]);
  });

  it('does nothing while another call runs', () => {
    const run = ringingOut();
    const before = run.call;
    assert.equal(run.apply({ ...dial, callId: OTHER_ID } as CallEvent).call, before);
  });

  it('shows that it rings when the hub says so', () => {
    const run = ringingOut().apply(tell({ rev: 2, ringing: true }));
    assert.equal(toCallInfo(run.call)?.ringing, true);
  });

  it('ends busy, rejected or unanswered as the hub says', () => {
    assert.equal(new Run().apply(dial, offerReady, tell({ state: 'ended', reason: 'busy' }, CALL_ID)).reason, 'busy');
    assert.equal(ringingOut().apply(tell({ rev: 2, state: 'ended', reason: 'rejected' })).reason, 'rejected');
    assert.equal(ringingOut().apply(tell({ rev: 2, state: 'ended', reason: 'no-answer' })).reason, 'no-answer');
  });

  it('is as if it had never been when the hub does not take the invitation', () => {
    const run = new Run().apply(dial, offerReady, { type: 'refused', callId: CALL_ID, request: 'invite', at: 2_000 });
    assert.equal(run.call, IDLE);
    assert.deepEqual(run.did, ['close-media', 'close-peer', 'stop-timers']);
  });

  it('ends by itself when the hub is silent beyond the ring time', () => {
    assert.equal(ringingOut().apply({ type: 'timer-fired', callId: CALL_ID, timer: 'ring', at: 60_000 }).reason, 'no-answer');
  });
});

describe('cancelling', () => {
  it('ends at once while the invitation has not been sent', () => {
    const run = new Run().apply(dial, hangUp);
    assert.equal(run.reason, 'cancelled');
    assert.ok(!run.did.some((name) => name.startsWith('send')));
  });

  it('darkens the camera at once and lets the hub say who was first', () => {
    const run = ringingOut().apply(hangUp);
    assert.equal(run.phase, 'outgoing');
    assert.deepEqual(run.did, ['close-media', 'send-cancel', 'start-cancel']);
    assert.equal(run.apply(tell({ rev: 2, state: 'ended', reason: 'cancelled' }, CALL_ID)).reason, 'cancelled');
  });

  it('that came too late hangs up the accepted call', () => {
    const run = ringingOut().apply(hangUp, tell({ rev: 2, state: 'connecting', answer: 'v=0 answer' }));
    assert.equal(run.reason, 'hangup');
    assert.deepEqual(run.last[0], { type: 'send-hangup', callId: CALL_ID, reason: 'hangup' });
  });

  it('does not wait for ever for a hub that is silent', () => {
    assert.equal(ringingOut().apply(hangUp, { type: 'timer-fired', callId: CALL_ID, timer: 'cancel', at: 12_000 }).reason, 'cancelled');
  });

  it('that came too late is a hang-up, also when the hub says twice that the call was accepted (found by messages that overtake each other)', () => {
    const accepted = tell({ rev: 2, state: 'connecting', answer: 'v=0 answer' });
    assert.deepEqual(ringingOut().apply(hangUp, accepted, accepted).last, [{ type: 'send-hangup', callId: CALL_ID, reason: 'hangup' }]);
  });

  it('that the hub never heard of is a hang-up to who had accepted', () => {
    const run = ringingOut().apply(hangUp, { type: 'timer-fired', callId: CALL_ID, timer: 'cancel', at: 12_000 }, tell({ rev: 2, state: 'connecting', answer: 'v=0 answer' }));
    assert.deepEqual(run.last, [{ type: 'send-hangup', callId: CALL_ID, reason: 'hangup' }]);
  });

  it('twice is once', () => {
    const run = ringingOut().apply(hangUp);
    const before = run.call;
    assert.equal(run.apply(hangUp).call, before);
    assert.deepEqual(run.did, []);
  });
});

describe('being called', () => {
  it('prepares the answer and confirms that it rings, without camera', () => {
    const run = new Run().apply(incoming);
    assert.equal(run.phase, 'incoming');
    assert.deepEqual(run.did, ['stop-timers', 'open-callee', 'send-ringing', 'start-ring']);
  });

  it('accepts with the prepared answer, sent before it is set, and opens the camera not before', () => {
    assert.ok(!ringingIn().all.some(({ type }) => type === 'open-media'));
    const run = ringingIn().apply({ type: 'accept', media: VIDEO });
    assert.deepEqual(run.did, ['stop-timers', 'start-connect', 'open-media', 'send-accept', 'commit-answer']);
  });

  it('accepts as soon as the answer is prepared when the person was faster', () => {
    const run = new Run().apply(incoming, { type: 'accept', media: { audio: true, video: false } });
    assert.ok(!run.did.includes('send-accept'));
    run.apply(answerReady);
    assert.deepEqual(run.did, ['send-accept', 'commit-answer']);
  });

  it('keeps the unused connection for the next ring when it rejects', () => {
    const run = ringingIn().apply({ type: 'reject', at: 3_000 });
    assert.equal(run.reason, 'rejected');
    assert.ok(run.last.some((effect) => effect.type === 'close-peer' && effect.keep));
  });

  it('stops ringing when the caller cancels or the time is over', () => {
    assert.equal(ringingIn().apply(tell({ rev: 2, state: 'ended', reason: 'cancelled', direction: 'incoming' })).reason, 'cancelled');
    assert.equal(ringingIn().apply(tell({ rev: 2, state: 'ended', reason: 'missed', direction: 'incoming' })).reason, 'missed');
  });

  it('ends as for the caller when the hub knows nothing of the call that was accepted', () => {
    const accepting = ringingIn().apply({ type: 'accept', media: VIDEO });
    assert.equal(accepting.apply({ type: 'refused', callId: CALL_ID, request: 'accept', at: 4_000 }).reason, 'server');
  });

  it('does not ring again for a call that is over here', () => {
    const run = ringingIn().apply({ type: 'reject', at: 3_000 }, incoming);
    assert.equal(run.phase, 'ended');
  });

  it('takes a new call at once after one has ended', () => {
    const run = ringingIn().apply({ type: 'reject', at: 3_000 }, tell({ callId: OTHER_ID, direction: 'incoming', offer: 'v=0 offer' }));
    assert.equal(run.phase, 'incoming');
    assert.equal(toCallInfo(run.call)?.callId, OTHER_ID);
  });
});

describe('two members calling each other', () => {
  it('become one call: the second answers the first on a fresh connection', () => {
    const theirs = { callId: OTHER_ID, rev: 2, state: 'connecting', direction: 'incoming', offer: 'v=0 theirs' } as const;
    const run = new Run().apply(dial, offerReady, tell(theirs, CALL_ID));
    assert.equal(run.phase, 'connecting');
    // Opening as a callee closes what was opened to call (rtc-session.test.ts counts them).
    assert.deepEqual(run.did, ['stop-timers', 'open-callee', 'start-connect']);
    run.apply({ type: 'answer-ready', callId: OTHER_ID, sdp: 'v=0 answer' });
    assert.deepEqual(run.did, ['send-accept', 'commit-answer']);
  });

  it('leave the first inviter connecting until the answer follows', () => {
    const run = ringingOut().apply(tell({ rev: 2, state: 'connecting' }));
    assert.equal(run.phase, 'connecting');
    assert.ok(!run.did.includes('apply-answer'));
    run.apply(tell({ rev: 3, state: 'connecting', answer: 'v=0 answer' }));
    assert.deepEqual(run.did, ['apply-answer']);
  });
});

describe('in a call', () => {
  it('is active when media is connected, and says so to the hub', () => {
    const run = activeCaller();
    assert.equal(run.phase, 'active');
    assert.deepEqual(run.did, ['stop-timers', 'send-connected']);
  });

  it('hangs up on three roads: data channel, hub, closing the connection', () => {
    const run = activeCaller().apply(hangUp);
    assert.equal(run.reason, 'hangup');
    assert.deepEqual(run.did, ['send-bye', 'send-hangup', 'close-media', 'close-peer', 'stop-timers', 'start-ended']);
  });

  it('ends by whichever road the news of a remote hang-up comes first, once', () => {
    const run = activeCaller().apply({ type: 'bye-heard', callId: CALL_ID, reason: 'hangup', at: 8_000 });
    assert.equal(run.reason, 'remote-hangup');
    const before = run.call;
    assert.equal(run.apply(tell({ rev: 9, state: 'ended', reason: 'remote-hangup' })).call, before);
  });

  it('gives up when it never connects', () => {
    const run = ringingIn().apply({ type: 'accept', media: VIDEO }, { type: 'timer-fired', callId: CALL_ID, timer: 'connect', at: 30_000 });
    assert.equal(run.reason, 'connect-failed');
    assert.ok(run.did.includes('send-hangup'));
  });

  it('ignores what belongs to another call', () => {
    const run = activeCaller();
    const before = run.call;
    for (const event of [
      { type: 'peer-failed', callId: OTHER_ID, at: 1 }, { type: 'bye-heard', callId: OTHER_ID, reason: 'hangup', at: 1 },
      { type: 'timer-fired', callId: OTHER_ID, timer: 'give-up', at: 1 }, tell({ callId: OTHER_ID, state: 'ended', reason: 'hangup' }),
    ] as const) assert.equal(run.apply(event).call, before);
  });

  it('ignores a view of the hub that is older than the last', () => {
    const run = activeCaller();
    const before = run.call;
    assert.equal(run.apply(tell({ rev: 1, state: 'ended', reason: 'cancelled' })).call, before);
  });

  it('says that it has left a call that the hub counts us in and this page knows nothing of', () => {
    const step = transition(IDLE, tell({ rev: 4, state: 'active' }));
    assert.deepEqual(step.effects, [{ type: 'send-hangup', callId: CALL_ID, reason: 'left' }]);
  });

  it('cancels what the hub lets ring for this page, which knows nothing of it: it has crashed and is back', () => {
    const run = new Run().apply({ type: 'call-told', call: told(), at: 1_000 });
    assert.equal(run.phase, 'idle');
    assert.deepEqual(run.did, ['send-cancel']);
    assert.deepEqual(ringingOut().apply({ type: 'call-told', call: told({ rev: 2, ringing: true }), at: 1_500 }).did, []);
  });
});

describe('a connection that breaks', () => {
  const lost: CallEvent = { type: 'peer-disconnected', callId: CALL_ID, at: 10_000 };

  it('waits a moment before it restarts ICE, and goes on when it heals by itself', () => {
    const run = activeCaller().apply(lost);
    assert.deepEqual(run.did, ['start-recover', 'start-give-up']);
    assert.equal(run.apply(connected).phase, 'active');
    assert.deepEqual(run.did, ['stop-timers']);
  });

  it('restarts at once when it has failed', () => {
    assert.ok(activeCaller().apply({ type: 'peer-failed', callId: CALL_ID, at: 10_000 }).did.includes('restart-ice'));
  });

  it('gives up at the time that the loss has set, however often the connection is renewed', () => {
    const run = activeCaller().apply(lost);
    const since = lost.at;
    for (const generation of [1, 2]) {
      run.apply({ type: 'call-told', call: told({ rev: 3 + generation, state: 'active', generation }), at: since + generation * 9_000 });
      assert.deepEqual(run.last.find((effect) => effect.type === 'start-timer' && effect.timer === 'give-up'), { type: 'start-timer', callId: CALL_ID, timer: 'give-up', ms: 30_000 - generation * 9_000 });
    }
  });

  it('is over when the hub that was there all the time has given the membership up, and goes on at a new hub', () => {
    assert.equal(activeCaller().apply({ type: 'hub-forgot', isSameHub: true, at: 9_000 }).reason, 'connection-lost');
    assert.equal(activeCaller().apply({ type: 'hub-forgot', isSameHub: false, at: 9_000 }).phase, 'active');
  });

  it('is given up after thirty seconds, on both sides', () => {
    const run = activeCaller().apply(lost, { type: 'timer-fired', callId: CALL_ID, timer: 'give-up', at: 40_000 });
    assert.equal(run.reason, 'connection-lost');
    assert.ok(run.did.includes('send-hangup'));
  });

  it('says when the peer left the page, and ends when it does not return', () => {
    const run = activeCaller().apply({ type: 'bye-heard', callId: CALL_ID, reason: 'unload', at: 10_000 });
    assert.equal(run.phase, 'reconnecting');
    assert.equal(run.apply({ type: 'peer-away', callId: CALL_ID, away: false, cause: 'unload', at: 11_000 }).phase, 'reconnecting');
    assert.equal(run.apply(tell({ rev: 9, state: 'ended', reason: 'peer-left' })).reason, 'peer-left');
  });

  it('is not alarmed by a peer whose signaling alone is lost, only looks whether anything still comes', () => {
    const run = activeCaller().apply({ type: 'peer-away', callId: CALL_ID, away: true, cause: 'lost', at: 1 });
    assert.equal(run.phase, 'active');
    assert.deepEqual(run.did, ['check-media']);
    assert.deepEqual(run.apply({ type: 'peer-away', callId: CALL_ID, away: false, cause: 'lost', at: 2 }).did, []);
  });

  it('counts as broken when nothing comes, before the browser says so', () => {
    const run = activeCaller().apply({ type: 'peer-silent', callId: CALL_ID, at: 10_000 });
    assert.equal(run.phase, 'reconnecting');
    assert.deepEqual(run.did, ['start-recover', 'start-give-up']);
    assert.deepEqual(run.apply(lost).did, []);
    assert.equal(run.apply(connected).phase, 'active');
  });

  it('does not take what an earlier hub said of the peer for the word of the new one', () => {
    const run = activeCaller().apply({ type: 'peer-away', callId: CALL_ID, away: true, cause: 'lost', at: 1 });
    assert.ok('peerAway' in run.call && run.call.peerAway);
    run.apply({ type: 'hub-forgot', isSameHub: false, at: 9_000 });
    assert.ok('peerAway' in run.call && !run.call.peerAway);
  });
});

describe('every way out of a call', () => {
  const ways: [string, () => Run][] = [
    ['hangup', () => activeCaller().apply(hangUp)],
    ['remote-hangup', () => activeCaller().apply({ type: 'bye-heard', callId: CALL_ID, reason: 'hangup', at: 1 })],
    ['rejected', () => ringingIn().apply({ type: 'reject', at: 1 })],
    ['cancelled', () => new Run().apply(dial, hangUp)],
    ['kicked', () => activeCaller().apply({ type: 'room-gone', reason: 'kicked', at: 1 })],
    ['server', () => ringingOut().apply({ type: 'hub-forgot', isSameHub: false, at: 1 })],
    ['protocol-error', () => ringingIn().apply({ type: 'peer-broken', callId: CALL_ID, at: 1 })],
    ['hangup', () => activeCaller().apply({ type: 'room-gone', reason: 'hangup', at: 1 })],
    ['answered-elsewhere', () => ringingIn().apply(tell({ rev: 5, state: 'ended', reason: 'answered-elsewhere', direction: 'incoming' }))],
  ];
  for (const [reason, way] of ways) {
    it(`closes media, connection and timers (${reason})`, () => {
      const run = way();
      assert.equal(run.reason, reason);
      for (const effect of ['close-media', 'close-peer', 'stop-timers', 'start-ended']) assert.ok(run.did.includes(effect), effect);
    });
  }

  it('leads back to idle by time or by hand', () => {
    assert.equal(activeCaller().apply(hangUp, { type: 'timer-fired', callId: CALL_ID, timer: 'ended', at: 1 }).call, IDLE);
    assert.equal(activeCaller().apply(hangUp, { type: 'dismiss' }).call, IDLE);
  });

  it('keeps how long it lasted', () => {
    const info = toCallInfo(activeCaller().apply(hangUp).call);
    assert.equal(info?.connectedAt, 5_000);
    assert.equal(info?.endedAt, 9_000);
    assert.equal(info?.peer.nickname, BOB.nickname);
  });
});
