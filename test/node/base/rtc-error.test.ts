import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { RtcError, toRtcError } from '../../../src/base/rtc-error.js';
import { ERROR_CODES } from '../../../src/protocol/codes.js';

describe('an error', () => {
  for (const code of ERROR_CODES) {
    it(`${code} says in whole sentences what happened, why, and what to do`, () => {
      const error = new RtcError(code);
      for (const sentence of [error.message, ...error.causes, ...error.remedies]) assert.match(sentence, /^[A-Zj].*\.$/);
      assert.ok(error.causes.length + error.remedies.length > 0);
    });
  }

  it('keeps a remedy whole that has a semicolon in it', () => {
    assert.deepEqual(new RtcError('policy-blocked').remedies, ['Add allow="camera; microphone; autoplay; display-capture" to the <iframe>.']);
  });

  it('may name several causes and remedies, the likeliest first', () => {
    assert.deepEqual(new RtcError('server-unreachable').causes, ['The network is down.', 'The server is not running at this address.']);
    assert.equal(new RtcError('ice-failed-no-turn').remedies.length, 2);
    assert.deepEqual(new RtcError('kicked').remedies, []);
  });

  it('has the cause and the words it is given, and is not fatal unless said so', () => {
    const cause = new TypeError('x');
    const error = new RtcError('unauthorized', { message: 'Members only.', cause, fatal: true });
    assert.deepEqual([error.message, error.cause, error.fatal, error.code], ['Members only.', cause, true, 'unauthorized']);
    assert.equal(new RtcError('kicked').fatal, false);
    assert.equal('cause' in new RtcError('kicked'), false);
    assert.equal(toRtcError(error, 'unavailable'), error);
    assert.deepEqual([toRtcError(cause, 'unavailable').code, toRtcError(cause, 'unavailable').cause], ['unavailable', cause]);
  });
});
