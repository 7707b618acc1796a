import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { parseEvent, parseReply } from '../../../src/protocol/parse.js';
import { parseRequest } from '../../../src/protocol/parse-request.js';

const CALL_ID = 'abcdefghijklmnopqrstuv';
const hello = { v: 1, id: CALL_ID, t: 'hello', versions: [1], room: 'r' };
const signal = { v: 1, id: CALL_ID, t: 'signal', callId: CALL_ID, n: 0 };
const problemOf = (parsed: { ok: boolean; problem?: string }): string | undefined => parsed.problem;

describe('wire data', () => {
  it('becomes a message without the fields that are not its own', () => {
    assert.deepEqual(parseRequest({ ...hello, admin: true }), { ok: true, value: hello });
    assert.deepEqual(parseEvent({ t: 'drain', s: 1, afterMs: 5, x: 1 }), { ok: true, value: { t: 'drain', s: 1, afterMs: 5 } });
    assert.deepEqual(parseReply('leave', { ok: true, x: 1 }), { ok: true, value: { ok: true } });
  });

  // JSON can make every one of these; a type is never looked up among what an object inherits, and never turned into a string.
  for (const t of ['nonsense', 'constructor', '__proto__', 'toString', '', null, 1, ['hello'], { toString: 1, valueOf: 1 }, undefined]) {
    it(`of the type ${JSON.stringify(t)} is refused`, () => {
      assert.equal(problemOf(parseRequest({ ...hello, t })), 't: expected a known type');
      assert.equal(problemOf(parseEvent({ s: 1, t })), 't: expected a known type');
    });
  }

  for (const data of [null, undefined, 0, 'hello', [], true]) {
    it(`that is ${JSON.stringify(data)} is refused`, () => {
      assert.equal(parseRequest(data).ok, false);
      assert.equal(parseEvent(data).ok, false);
      assert.equal(parseReply('hello', data).ok, false);
    });
  }

  const candidate = { candidate: 'c', sdpMid: null, sdpMLineIndex: 0 };
  for (const [field, value, problem] of [
    ['n', -1, 'n: expected a whole number in range'],
    ['n', 1.5, 'n: expected a whole number in range'],
    ['n', '1', 'n: expected number'],
    ['callId', 'short', 'callId: expected base64url'],
    ['callId', `${CALL_ID}!`, 'callId: expected base64url'],
    ['description', { type: 'offer', sdp: '' }, 'description.sdp: expected a length of 1 to 32768'],
    ['description', { type: 'offer', sdp: 'x'.repeat(32 * 1024 + 1) }, 'description.sdp: expected a length of 1 to 32768'],
    ['candidates', Array(65).fill(candidate), 'candidates: expected a length of 0 to 64'],
    ['candidates', [{ ...candidate, candidate: 'x'.repeat(1025) }], 'candidates.0.candidate: expected a length of 0 to 1024'],
    ['candidates', [{ ...candidate, sdpMLineIndex: 64 }], 'candidates.0.sdpMLineIndex: expected a whole number in range'],
    ['candidates', [{ ...candidate, sdpMid: 'x'.repeat(33) }], 'candidates.0.sdpMid: expected a length of 0 to 32'],
  ] as const) {
    it(`with ${field} = ${JSON.stringify(value).slice(0, 40)} is refused in words that name the field, not the value`, () => {
      assert.equal(problemOf(parseRequest({ ...signal, [field]: value })), problem);
      assert.equal(problemOf(parseEvent({ ...signal, s: 1, [field]: value })), problem);
    });
  }

  it('takes the largest that is allowed', () => {
    const whole = { ...signal, description: { type: 'offer', sdp: 'x'.repeat(32 * 1024) }, candidates: Array(64).fill(candidate) };
    assert.equal(parseRequest(whole).ok, true);
  });

  it('says that a call is over also where its reason is one of a later version', () => {
    const over = { callId: CALL_ID, rev: 1, state: 'ended', peer: { id: 'm', nickname: 'A', since: 1 }, direction: 'incoming', media: { audio: true, video: true }, ringing: false, createdAt: 1, expiresAt: 1 };
    const reasonOf = (reason: unknown): unknown => {
      const parsed = parseEvent({ t: 'call', s: 1, now: 1, call: { ...over, reason } });
      return parsed.ok && parsed.value.t === 'call' ? parsed.value.call.reason : parsed;
    };
    assert.deepEqual(['rejected', 'abducted', undefined].map(reasonOf), ['rejected', 'server', undefined]);
  });

  it('numbers directed events from 1', () => {
    assert.equal(problemOf(parseEvent({ t: 'replaced', s: 0 })), 's: expected a whole number in range');
  });

  it('takes one address of an ICE server or several, and nothing else', () => {
    const ice = (urls: unknown) => parseReply('ice', { ok: true, hasTurn: false, iceServers: [{ urls }] });
    for (const urls of ['stun:a', ['stun:a', 'turn:b']]) assert.equal(ice(urls).ok, true);
    for (const urls of [undefined, 5, [5], {}, null]) assert.equal(problemOf(ice(urls))?.startsWith('iceServers.0.urls'), true);
  });
});
