import { createHash, createHmac, randomBytes } from 'node:crypto';
import { isIPv6, SocketAddress } from 'node:net';
import { ipv6Groups } from './ipv6.js';

// STUN and TURN on the wire, as far as turn-check.ts speaks them: RFC 8489, RFC 8656. Written here because no npm library fits: `stun` and `@msimerson/stun`
// know no TURN, `turn-js` has been left for years, and the client inside `werift-ice` neither asks for IPv6 nor lets one choose whom to reach.

const MAGIC = 0x2112a442;
const HEADER_BYTES = 20;

export const METHODS = { binding: 0x001, allocate: 0x003, refresh: 0x004, send: 0x006, data: 0x007, createPermission: 0x008, channelBind: 0x009 } as const;
export type StunMethod = keyof typeof METHODS;
const CLASSES = { request: 0x000, indication: 0x010, success: 0x100, error: 0x110 } as const;
export type StunClass = keyof typeof CLASSES;
const ATTRIBUTES = {
  username: 0x0006, messageIntegrity: 0x0008, errorCode: 0x0009, channelNumber: 0x000c, lifetime: 0x000d, peerAddress: 0x0012, data: 0x0013, realm: 0x0014, nonce: 0x0015,
  relayedAddress: 0x0016, requestedAddressFamily: 0x0017, requestedTransport: 0x0019, mappedAddress: 0x0020, software: 0x8022,
} as const;
export type StunAttribute = keyof typeof ATTRIBUTES;

export interface Endpoint {
  readonly address: string;
  readonly port: number;
}

export interface StunMessage {
  readonly method: StunMethod;
  readonly class: StunClass;
  /** Of the question, and so of its answer; 12 bytes in hex. */
  readonly transaction: string;
  readonly attributes: ReadonlyMap<StunAttribute, Buffer>;
}

export const newTransaction = (): string => randomBytes(12).toString('hex');

/** The long-term key. MD5 is the RFC's. */
export const longTermKey = (username: string, realm: string, password: string): Buffer => createHash('md5').update(`${username}:${realm}:${password}`).digest();

function nameOf<T extends string>(table: Readonly<Record<T, number>>, value: number): T | undefined {
  return (Object.keys(table) as T[]).find((name) => table[name] === value);
}

function attribute(name: StunAttribute, value: Buffer): Buffer {
  const head = Buffer.alloc(4);
  head.writeUInt16BE(ATTRIBUTES[name], 0);
  head.writeUInt16BE(value.length, 2);
  return Buffer.concat([head, value, Buffer.alloc(-value.length & 3)]);
}

/** With a key, the message is signed by it. */
export function encodeStun({ method, class: kind, transaction, attributes }: StunMessage, key?: Buffer): Buffer {
  const body = Buffer.concat([...attributes].map(([name, value]) => attribute(name, value)));
  const head = Buffer.alloc(8);
  head.writeUInt16BE(METHODS[method] | CLASSES[kind], 0);
  head.writeUInt32BE(MAGIC, 4);
  const message = Buffer.concat([head, Buffer.from(transaction, 'hex'), body]);
  // The signature covers a length that counts it in.
  message.writeUInt16BE(body.length + (key ? 24 : 0), 2);
  return key ? Buffer.concat([message, attribute('messageIntegrity', createHmac('sha1', key).update(message).digest())]) : message;
}

/** Null: no STUN message. Attributes and methods that are not known are not there. */
export function decodeStun(bytes: Buffer): StunMessage | null {
  if (bytes.length < HEADER_BYTES || bytes.readUInt32BE(4) !== MAGIC || bytes.readUInt16BE(2) + HEADER_BYTES > bytes.length) return null;
  const type = bytes.readUInt16BE(0);
  const method = nameOf(METHODS, type & ~0x110);
  const kind = nameOf(CLASSES, type & 0x110);
  if (!method || !kind) return null;
  const attributes = new Map<StunAttribute, Buffer>();
  const end = HEADER_BYTES + bytes.readUInt16BE(2);
  for (let at = HEADER_BYTES; at + 4 <= end; ) {
    const size = bytes.readUInt16BE(at + 2);
    const name = nameOf(ATTRIBUTES, bytes.readUInt16BE(at));
    if (at + 4 + size > end) return null;
    if (name && !attributes.has(name)) attributes.set(name, bytes.subarray(at + 4, at + 4 + size));
    at += 4 + size + (-size & 3);
  }
  return { method, class: kind, transaction: bytes.toString('hex', 8, HEADER_BYTES), attributes };
}

function addressBytes(address: string): Buffer {
  if (!isIPv6(address)) return Buffer.from(address.split('.').map(Number));
  return Buffer.from(ipv6Groups(address).flatMap((group) => [group >> 8, group & 0xff]));
}

/** Address and port are mixed with these, so that no router on the way rewrites what it takes for its own. */
function mask(bytes: Buffer, transaction: string): Buffer {
  const pad = Buffer.concat([Buffer.from('2112a442', 'hex'), Buffer.from(transaction, 'hex')]);
  return Buffer.from(bytes.map((byte, at) => byte ^ (pad[at] ?? 0)));
}

export function encodeAddress({ address, port }: Endpoint, transaction: string): Buffer {
  const head = Buffer.from([0, isIPv6(address) ? 2 : 1, 0, 0]);
  head.writeUInt16BE(port ^ (MAGIC >>> 16), 2);
  return Buffer.concat([head, mask(addressBytes(address), transaction)]);
}

export function decodeAddress(value: Buffer | undefined, transaction: string): Endpoint | null {
  const size = value?.[1] === 1 ? 4 : value?.[1] === 2 ? 16 : 0;
  if (!value || size === 0 || value.length < 4 + size) return null;
  const bytes = mask(value.subarray(4, 4 + size), transaction);
  const port = value.readUInt16BE(2) ^ (MAGIC >>> 16);
  if (size === 4) return { address: bytes.join('.'), port };
  const groups = Array.from({ length: 8 }, (_, at) => bytes.readUInt16BE(at * 2).toString(16)).join(':');
  return { address: new SocketAddress({ address: groups, family: 'ipv6' }).address, port };
}

/** Code and phrase of a refusal. */
export function errorOf({ attributes }: StunMessage): { readonly code: number; readonly phrase: string } {
  const value = attributes.get('errorCode');
  return value && value.length >= 4 ? { code: (value[2] ?? 0) * 100 + (value[3] ?? 0), phrase: value.toString('utf8', 4) } : { code: 0, phrase: '' };
}
