import fc from 'fast-check';
import { EVIL_TEXTS, evilJson, evilText, tampered } from '../../node/hostile/evil-values.js';
import { REQUESTS } from '../../node/hostile/right-messages.js';

// Hostile packets for each layer of the protocol, from the outermost in. The same seed makes the same packets.

/** What an attacker may have come to know of a room and a call of others. */
export interface Known {
  readonly room: string;
  readonly memberId: string;
  readonly callId: string;
  readonly sessionId: string;
  readonly ticket: string;
}

const digits = fc.constantFrom('', '0', '1', '7', '00', '-1', '1e9', '4294967296', '99999999999999999999', 'x');
const eventName = fc.constantFrom('q', 'q', 'q', 'e', 'x', 'connect', 'disconnect', 'disconnecting', 'error', 'newListener', 'removeListener', '__proto__', 'constructor', '');
const json = evilJson.map((value) => JSON.stringify(value));

/** With what is known of others put in the places where it may do harm; never their room as one's own, which would be allowed. */
const aimed = (known: Known) => (message: unknown): unknown => {
  const text = JSON.stringify(message)
    .replaceAll('"m1"', JSON.stringify(known.memberId))
    .replaceAll(`"${'c'.repeat(22)}"`, JSON.stringify(known.callId))
    .replaceAll('"sessionId":"s"', `"sessionId":${JSON.stringify(known.sessionId)}`)
    .replaceAll('"ticket":"t"', `"ticket":${JSON.stringify(known.ticket)}`)
    .replaceAll('"room":"lobby"', '"room":"a room of our own"');
  return JSON.parse(text) as unknown;
};

/** Requests: well framed, wrong inside. Each with an id of its own, or the hub would answer most from memory. */
export function requests(known: Known): fc.Arbitrary<string> {
  const id = fc.uuid().map((uuid) => uuid.replaceAll('-', ''));
  const message = fc.tuple(tampered(REQUESTS).map(aimed(known)), id).map(([body, own]) =>
    JSON.stringify(body)?.replace('i'.repeat(22), own) ?? 'null');
  return fc.oneof(
    { weight: 9, arbitrary: fc.tuple(fc.nat(999), message).map(([ack, body]) => `42${ack}["q",${body}]`) },
    { weight: 1, arbitrary: message.map((body) => `42["q",${body}]`) },
    { weight: 1, arbitrary: fc.tuple(message, json).map(([body, more]) => `427["q",${body},${more}]`) },
  );
}

/** socket.io's own framing: types, namespaces, attachments that never come or are none, acknowledgements of nothing. */
export const framing: fc.Arbitrary<readonly (string | Buffer)[]> = fc.oneof(
  fc.tuple(fc.constantFrom('0', '1', '2', '3', '4', '5', '6', '7', 'x', ''), digits, json).map(([type, id, body]) => [`4${type}${id}${body}`]),
  fc.tuple(fc.constantFrom('/', '/x,', '/__proto__,', `/${'n'.repeat(500)},`, '/?a=b,', '/rtc,'), digits, json).map(([nsp, id, body]) => [`42${nsp}${id}${body}`, `40${nsp}${body}`]),
  fc.tuple(eventName, json, digits).map(([name, body, id]) => [`42${id}${JSON.stringify([name]).slice(0, -1)},${body}]`]),
  // Binary events: announced and sent, announced and not sent, more than announced, with placeholders for what is not there.
  fc.tuple(fc.constantFrom('1-', '2-', '10-', '11-', '999999-', '-1-', '1.5-', 'x-', '-', ''), eventName, fc.constantFrom<unknown>(0, 1, -1, '0', '__proto__', null, 1e9, 0.5), fc.array(fc.uint8Array({ maxLength: 2_000 }), { maxLength: 3 }))
    .map(([count, name, num, blobs]) => [`45${count}7${JSON.stringify([name, { v: 1, id: { _placeholder: true, num }, t: { _placeholder: true, num: 0 } }])}`, ...blobs.map((blob) => Buffer.from(blob))]),
  fc.tuple(fc.constantFrom('3', '6'), digits, json).map(([type, id, body]) => [`4${type}${id}${body}`]),
  fc.constant(['41', '40', '40', '41', '42["q",{}]']),
  fc.constantFrom('42["q"', '42["q",]', '42[', '42{"0":"q"}', '42null', '42"q"', '421e3["q"]', '42[[]]', '42[{}]', '42[null,1]', '42[1,2]', '40null', '40[]', '40"x"').map((text) => [text]),
);

/** The engine's framing: packet types of every kind, binary where text is expected. */
export const engine: fc.Arbitrary<readonly (string | Buffer)[]> = fc.array(
  fc.oneof(
    fc.tuple(fc.constantFrom('0', '1', '2', '3', '4', '5', '6', '7', '9', 'b', '\u0000', '\u001e', ''), evilText).map(([type, text]) => type + text),
    fc.uint8Array({ maxLength: 4_000 }).map((bytes) => Buffer.from(bytes)),
    fc.constantFrom('2probe', '5', '6', '3probe', '0{"sid":"x"}', '4'.repeat(1_000), 'b4AAAA'),
  ),
  { minLength: 1, maxLength: 4 },
);

export interface PollingRequest {
  readonly method: string;
  readonly query: string;
  readonly body?: string;
}
const queryText = fc.constantFrom(...EVIL_TEXTS).map((text) => encodeURIComponent(text.replace(/[\ud800-\udfff]/g, '')).slice(0, 300));
/** Long polling: sessions that do not exist, methods that make no sense, bodies cut anywhere. */
export const polling: fc.Arbitrary<PollingRequest> = fc.record({
  method: fc.constantFrom('GET', 'POST', 'POST', 'PUT', 'DELETE', 'OPTIONS'),
  query: fc.tuple(fc.constantFrom('4', '3', '5', '', '4&EIO=3'), fc.constantFrom('polling', 'websocket', 'webtransport', 'x', '__proto__', 'polling&transport=websocket'), fc.option(queryText, { nil: undefined })).map(
    ([version, transport, sid]) => `EIO=${version}&transport=${transport}${sid === undefined ? '' : `&sid=${sid}`}`),
  body: fc.oneof(evilText, json, fc.constantFrom('4', '40', '40\u001e40\u001e40', '1', '2'.repeat(100), '\u001e'.repeat(1_000))),
});

const byte = fc.integer({ min: 0, max: 255 });
/** A WebSocket frame with a header that says what it likes: reserved bits and opcodes, no mask, lengths that do not fit. */
const frame = fc.record({ first: byte, mask: fc.boolean(), length: fc.constantFrom(0, 1, 5, 125, 126, 127, 200), claim: fc.option(fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }), { nil: undefined }), body: fc.uint8Array({ maxLength: 200 }) })
  .map(({ first, mask, length, claim, body }) => {
    const more = length === 126 ? Buffer.alloc(2, Number((claim ?? 9n) & 0xffn)) : length === 127 ? Buffer.alloc(8) : Buffer.alloc(0);
    if (length === 127) more.writeBigUInt64BE(claim ?? BigInt(body.length));
    return Buffer.concat([Buffer.from([first, (mask ? 0x80 : 0) | Math.min(127, length)]), more, mask ? Buffer.from([1, 2, 3, 4]) : Buffer.alloc(0), Buffer.from(body)]);
  });
export const frames: fc.Arbitrary<Buffer> = fc.array(frame, { minLength: 1, maxLength: 6 }).map((all) => Buffer.concat(all));

/** Before any WebSocket: what is no HTTP, or hardly. */
export const bytes: fc.Arbitrary<Buffer> = fc.oneof(
  fc.uint8Array({ minLength: 1, maxLength: 2_000 }).map((some) => Buffer.from(some)),
  fc.tuple(fc.constantFrom('GET', 'POST', 'BREW', ''), fc.constantFrom('/rtc-signaling/', '/rtc-signaling/?EIO=4&transport=websocket', '//', '/%00', `/${'x'.repeat(9_000)}`, '*', 'http://[::1'), evilText)
    .map(([method, path, header]) => Buffer.from(`${method} ${path} HTTP/1.1\r\nHost: ${header}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: ${header}\r\nContent-Length: -1\r\n\r\n`)),
);
