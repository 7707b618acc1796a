import { expect } from '@open-wc/testing';
import { RtcError } from '../../../src/base/rtc-error.js';
import type { SessionOptions } from '../../../src/session/session-api.js';
import { two } from './sessions.js';

// What a page sets and the browser refuses: it says why in its own words, and so do we.

const ODD: readonly [what: string, options: object][] = [
  ['an address of another kind', { iceServers: [{ urls: 'http://relay.example' }] }],
  ['a relay without credentials', { iceServers: [{ urls: 'turn:relay.example' }] }],
  ['no address', { iceServers: [{}] }],
  ['one server in place of a list', { iceServers: { urls: 'stun:stun.example' } }],
  ['a text', { iceServers: 'stun:stun.example' }],
  ['a policy that there is not', { iceTransportPolicy: 'none' }],
];

describe('A connection that the browser refuses to make', () => {
  for (const [what, options] of ODD) {
    it(`for ${what} is told with the browser’s words, to whoever calls and as an event`, async () => {
      const [ana, ben] = await two(options as SessionOptions, {});
      const said: unknown[] = [];
      ana.on('rtc-error', ({ detail: { code, message, cause } }) => void said.push([code, message === String(cause)]));
      const error: unknown = await ana.call(ben.getSnapshot().localMember!.id).catch((reason: unknown) => reason);
      expect(error instanceof RtcError && [error.code, error.message, error.cause instanceof Error]).to.deep.equal(['unavailable', String((error as RtcError).cause), true]);
      expect((error as RtcError).message).to.match(/ice|turn|RTCConfiguration|RTCPeerConnection/i);
      expect(said).to.deep.equal([['unavailable', true]]);
      expect(ben.getSnapshot().callState).to.equal('idle');
    });
  }
});
