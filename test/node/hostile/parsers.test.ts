import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { parseControl } from '../../../src/media/control-message.js';
import { isUsableDescription } from '../../../src/media/description-check.js';
import { MAX_NICKNAME_LENGTH } from '../../../src/protocol/name-limits.js';
import { eventSchemas, replySchemas } from '../../../src/protocol/messages.js';
import { parseNickname, parseRoomName } from '../../../src/protocol/names.js';
import { parseEvent, parseReply, type Parsed } from '../../../src/protocol/parse.js';
import { parseRequest } from '../../../src/protocol/parse-request.js';
import { requestSchemas, type RequestType } from '../../../src/protocol/requests.js';
import { parseTicket } from '../../../src/protocol/tickets.js';
import { evilJson, evilText, leavesPrototypesAlone, tampered } from './evil-values.js';
import { EVENTS, REPLIES, REQUESTS } from './right-messages.js';

// Over all that comes in from outside: whatever it is, the parser answers yes or no, touches nothing but its own result, and lets nothing through that it does
// not know. FUZZ_SEED plays one run again (the failure names it); FUZZ_RUNS makes it longer.

const parameters = { numRuns: Number(process.env.FUZZ_RUNS ?? 10_000), ...(process.env.FUZZ_SEED && { seed: Number(process.env.FUZZ_SEED) }) };

/** Beside JSON: what socket.io makes of binary packets, and what no wire can carry. */
const anything = fc.oneof(
  evilJson,
  fc.uint8Array({ maxLength: 40 }).map((bytes) => Buffer.from(bytes)),
  fc.anything({ withNullPrototype: true, withMap: true, withSet: true, withTypedArray: true, withDate: true, withBigInt: true, withSparseArray: true, maxDepth: 3 }),
);

type Schema = { readonly type: string; readonly entries?: Record<string, Schema>; readonly item?: Schema; readonly wrapped?: Schema; readonly pipe?: readonly Schema[] };

/** Keys of the value that its schema does not have, in every depth. `unknown` is what no schema judges (names.ts does), a record what has keys of users. */
function strangeKeys(schema: Schema | undefined, value: unknown, at = ''): string[] {
  if (!schema || typeof value !== 'object' || value === null) return [];
  if (schema.type === 'array') return (value as unknown[]).flatMap((entry, index) => strangeKeys(schema.item, entry, `${at}.${index}`));
  if (schema.wrapped) return strangeKeys(schema.wrapped, value, at);
  if (schema.type === 'record') return Object.getPrototypeOf(value) === Object.prototype && Object.values(value).every((entry) => typeof entry === 'string') ? [] : [at];
  if (schema.type === 'unknown' || schema.type === 'lazy') return [];
  const { entries } = schema;
  if (!entries || Object.getPrototypeOf(value) !== Object.prototype) return [at];
  return Object.entries(value).flatMap(([key, entry]) => (Object.hasOwn(entries, key) ? strangeKeys(entries[key], entry, `${at}.${key}`) : [`${at}.${key}`]));
}

/** Never throws, leaves the prototypes alone, and what it lets through has no key that its schema has not. */
function holdsFor(parse: (data: unknown) => Parsed<unknown>, schemaOf: (value: unknown) => unknown, input: fc.Arbitrary<unknown>, atLeast: number): void {
  let taken = 0;
  fc.assert(
    fc.property(input, (data) => {
      let result: Parsed<unknown> | undefined;
      assert.ok(leavesPrototypesAlone(() => (result = parse(data))));
      assert.ok(result);
      if (!result.ok) return assert.ok(result.problem.length < 1_000, result.problem);
      taken++;
      assert.deepEqual(strangeKeys(schemaOf(result.value) as Schema, result.value), []);
    }),
    parameters,
  );
  assert.ok(taken >= atLeast, `only ${taken} were taken: this tests nothing but refusals`);
}

const kindOf = (value: unknown): string => String((value as { t?: unknown }).t);

describe('whatever comes in', () => {
  it('as a request', () => {
    const schemaOf = (value: unknown) => requestSchemas[kindOf(value) as RequestType];
    holdsFor(parseRequest, schemaOf, anything, 0);
    holdsFor(parseRequest, schemaOf, tampered(REQUESTS, anything), 100);
  });

  it('as an event', () => {
    const schemaOf = (value: unknown) => eventSchemas[kindOf(value) as keyof typeof eventSchemas];
    holdsFor(parseEvent, schemaOf, anything, 0);
    holdsFor(parseEvent, schemaOf, tampered(EVENTS, anything), 100);
  });

  for (const [type, replies] of Object.entries(REPLIES)) {
    it(`as a reply to ${type}`, () => {
      const parse = (data: unknown) => {
        const parsed = parseReply(type as RequestType, data);
        // Errors have a schema of their own, whose keys are few.
        if (parsed.ok && !parsed.value.ok) assert.ok(Object.keys(parsed.value).every((key) => ['ok', 'code', 'message', 'retryAfterMs', 'call'].includes(key)));
        return parsed.ok && !parsed.value.ok ? ({ ok: false, problem: '' } as const) : parsed;
      };
      holdsFor(parse, () => replySchemas[type as RequestType], fc.oneof(anything, tampered(replies, anything)), 100);
    });
  }

  it('over the control channel', () => {
    const messages = [{ t: 'bye', reason: 'hangup' }, { t: 'media', audio: true, video: false, screen: false, paused: true }];
    const input = fc.oneof(anything, evilText, tampered(messages).map((message) => JSON.stringify(message)), evilJson.map((value) => JSON.stringify(value)));
    fc.assert(
      fc.property(input, (data) => {
        let message: unknown;
        assert.ok(leavesPrototypesAlone(() => (message = parseControl(data))));
        if (message === null) return;
        assert.ok(Object.keys(message as object).every((key) => ['t', 'reason', 'audio', 'video', 'screen', 'paused'].includes(key)), JSON.stringify(message));
      }),
      parameters,
    );
  });

  it('as a ticket, even one that the seal has let through', () => {
    const party = { id: 'm1', nickname: 'Ana', userId: 'u1' };
    const right = {
      epoch: 'e', expiresAt: 5, room: 'lobby', memberId: 'm1', nickname: 'Ana', userId: 'u1', callId: 'c1', rev: 2, generation: 0, caller: party, callee: party,
      media: { audio: true, video: true }, acceptedMedia: { audio: true, video: false }, createdAt: 1, connectedAt: 2,
    };
    const known = [...Object.keys(right), 'id', 'audio', 'video'];
    const keysOf = (value: unknown): string[] => (typeof value === 'object' && value !== null ? Object.entries(value).flatMap(([key, entry]) => [key, ...keysOf(entry)]) : []);
    const input = fc.oneof(evilText, tampered([right]).map((ticket) => JSON.stringify(ticket)), evilJson.map((value) => JSON.stringify(value)));
    let taken = 0;
    fc.assert(
      fc.property(fc.constantFrom('member' as const, 'call' as const), input, (kind, text) => {
        let ticket: unknown;
        assert.ok(leavesPrototypesAlone(() => (ticket = parseTicket(kind, text))));
        if (ticket === null) return;
        taken++;
        assert.deepEqual(keysOf(ticket).filter((key) => !known.includes(key)), []);
      }),
      parameters,
    );
    assert.ok(taken > 100, `only ${taken} were taken`);
  });

  it('as the name of a person or a room', () => {
    fc.assert(
      fc.property(anything, (raw) => {
        for (const parse of [parseNickname, parseRoomName]) {
          const name = parse(raw);
          if (name === null) continue;
          assert.equal(parse(name), name, 'a name that was granted stays as it is');
          assert.doesNotMatch(name, /[\u0000-\u001f\u007f-\u009f\u200b\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff]/);
          assert.ok(name.length > 0 && [...name].length <= 2 * MAX_NICKNAME_LENGTH);
        }
      }),
      parameters,
    );
  });

  it('as a session description', () => {
    const line = fc.constantFrom('v=0', 'm=audio 9 UDP/TLS/RTP/SAVPF 0', 'm=video 9 RTP/AVP 0', 'm=text 9 x y', 'a=crypto:1', 'a=fingerprint:sha-1 AB', `a=fingerprint:sha-256 ${Array(32).fill('AB').join(':')}`, '');
    fc.assert(
      fc.property(fc.array(fc.oneof(line, evilText), { maxLength: 12 }), fc.constantFrom('\r\n', '\n', '\r'), (lines, end) => {
        const sdp = lines.join(end);
        let usable = false;
        assert.ok(leavesPrototypesAlone(() => (usable = isUsableDescription(sdp))));
        if (usable) assert.doesNotMatch(sdp, /^a=crypto:|RTP\/AVP |sha-1 |^m=text/m);
      }),
      parameters,
    );
  });
});
