import { createSocket } from 'node:dgram';
import { lookup } from 'node:dns/promises';
import { once } from 'node:events';
import { connect, isIP, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { decodeStun, type StunMessage } from './stun-message.js';

/** Where a relay is asked, as in an ICE server's `urls`. */
export interface TurnAddress {
  readonly host: string;
  readonly port: number;
  readonly transport: 'udp' | 'tcp' | 'tls';
}

/** `turn:host[:port][?transport=udp|tcp]`, `turns:…` (TLS); without a scheme `turn:`. Null: none of it. */
export function parseTurnAddress(text: string): TurnAddress | null {
  const found = /^(?:(turns?):)?(\[[\da-f:.]+\]|[^\s:/?#@[\]]+)(?::(\d{1,5}))?(?:\?transport=(udp|tcp))?$/i.exec(text);
  const [, scheme = 'turn', host = '', port, transport] = found ?? [];
  const secure = scheme.toLowerCase() === 'turns';
  if (!found || Number(port ?? 1) > 65_535 || (secure && transport === 'udp')) return null;
  return { host: host.replace(/^\[|\]$/g, ''), port: Number(port ?? (secure ? 5349 : 3478)), transport: secure ? 'tls' : transport === 'tcp' ? 'tcp' : 'udp' };
}

/** Carries messages to one relay and back. */
export interface TurnLink {
  /** The relay's own address, as it was found. */
  readonly address: string;
  /** Messages may get lost: ask again. */
  readonly lossy: boolean;
  send(message: Buffer): void;
  onMessage: (message: StunMessage) => void;
  close(): void;
}

const CONNECT_TIMEOUT_MS = 5_000;

/** Rejects with Node's error where the host is not found or does not let one connect. */
export async function openTurnLink({ host, port, transport }: TurnAddress): Promise<TurnLink> {
  const { address } = await lookup(host);
  return transport === 'udp' ? openUdp(address, port) : openStream(address, port, transport === 'tls' ? host : null);
}

async function openUdp(address: string, port: number): Promise<TurnLink> {
  const socket = createSocket(isIP(address) === 6 ? 'udp6' : 'udp4');
  const link: TurnLink = {
    address,
    lossy: true,
    send: (message) => socket.send(message, port, address),
    onMessage: () => {},
    close: () => socket.close(),
  };
  socket.on('message', (bytes) => {
    const message = decodeStun(bytes);
    if (message) link.onMessage(message);
  });
  // What cannot be delivered is not answered.
  socket.on('error', () => {});
  socket.bind();
  await once(socket, 'listening');
  return link;
}

async function openStream(address: string, port: number, tlsHost: string | null): Promise<TurnLink> {
  // A certificate that is not valid is the browser's to refuse; here it would hide what the relay does.
  const socket: Socket =
    tlsHost === null ? connect(port, address) : connectTls({ port, host: address, rejectUnauthorized: false, ...(isIP(tlsHost) === 0 && { servername: tlsHost }) });
  socket.setTimeout(CONNECT_TIMEOUT_MS, () => socket.destroy(Object.assign(new Error('no connection'), { code: 'ETIMEDOUT' })));
  await once(socket, tlsHost === null ? 'connect' : 'secureConnect');
  socket.setTimeout(0);
  socket.on('error', () => {});
  let rest: Buffer = Buffer.alloc(0);
  const link: TurnLink = { address, lossy: false, send: (message) => void socket.write(message), onMessage: () => {}, close: () => socket.destroy() };
  socket.on('data', (bytes: Buffer) => {
    rest = Buffer.concat([rest, bytes]);
    for (let size = frameSize(rest); size <= rest.length; size = frameSize(rest)) {
      const message = decodeStun(rest.subarray(0, size));
      rest = rest.subarray(size);
      if (message) link.onMessage(message);
    }
  });
  return link;
}

/** Of the message at the beginning; channel data (none is expected) is padded to four bytes. */
function frameSize(bytes: Buffer): number {
  if (bytes.length < 4) return Infinity;
  const length = bytes.readUInt16BE(2);
  return (bytes[0] ?? 0) < 0x40 ? 20 + length : 4 + length + (-length & 3);
}
