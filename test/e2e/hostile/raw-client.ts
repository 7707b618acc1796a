import { connect as connectTcp, type Socket } from 'node:net';
import { randomBytes } from 'node:crypto';
import WebSocket from 'ws';

// Clients that keep to no protocol: everything they send is given to them.

const PATH = '/rtc-signaling/?EIO=4&transport=websocket';
/** Nothing a server should do takes as long. */
const PATIENCE_MS = 5_000;

export interface RawLinkOptions {
  readonly port: number;
  /** Of this machine: each of 127.0.0.0/8 is another one to the server. */
  readonly from?: string;
}

/** A WebSocket to the engine, without socket.io on this side. */
export class RawLink {
  readonly #socket: WebSocket;
  readonly #heard: string[] = [];
  #wake: () => void = () => {};
  isOpen = true;

  private constructor(socket: WebSocket) {
    this.#socket = socket;
    socket.on('message', (data, isBinary) => {
      const text = isBinary ? '' : String(data as Buffer);
      if (text === '2') return this.send('3');
      this.#heard.push(text);
      this.#wake();
    });
    socket.on('close', () => {
      this.isOpen = false;
      this.#wake();
    });
    socket.on('error', () => (this.isOpen = false));
  }

  /** `greet`: also in socket.io's protocol. Null: the server did not let us. */
  static async open({ port, from }: RawLinkOptions, greet = true): Promise<RawLink | null> {
    const socket = new WebSocket(`ws://127.0.0.1:${port}${PATH}`, { perMessageDeflate: false, handshakeTimeout: PATIENCE_MS, ...(from && { localAddress: from }) });
    const link = new RawLink(socket);
    if ((await link.next((text) => text.startsWith('0'))) === null) return null;
    if (!greet) return link;
    link.send('40');
    return (await link.next((text) => text.startsWith('4'))) === null ? null : link;
  }

  send(data: string | Buffer): void {
    if (this.#socket.readyState === WebSocket.OPEN) this.#socket.send(data, () => {});
  }

  /** Frames that are made already. False: the link is down. */
  write(frames: Buffer): boolean {
    if (this.#socket.readyState !== WebSocket.OPEN) return false;
    const { _socket: socket } = this.#socket as unknown as { readonly _socket: Socket };
    return !socket.destroyed && (socket.write(frames), true);
  }

  /** Bytes that wait here because the other end does not take them. */
  get waiting(): number {
    return this.#socket.bufferedAmount;
  }

  /** The first message, heard already or to come, that fits; null: the link is down. */
  async next(fits: (text: string) => boolean): Promise<string | null> {
    const deadline = Date.now() + PATIENCE_MS;
    for (;;) {
      const index = this.#heard.findIndex(fits);
      if (index >= 0) return this.#heard.splice(index, 1)[0] ?? null;
      if (!this.isOpen || Date.now() > deadline) return null;
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, 250);
        this.#wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
  }

  /** Asks and waits; null: the link is down. */
  async ask(message: unknown, ackId: number): Promise<unknown> {
    this.send(`42${ackId}${JSON.stringify(['q', message])}`);
    const text = await this.next((one) => one.startsWith(`43${ackId}[`));
    return text === null ? null : ((JSON.parse(text.slice(`43${ackId}`.length)) as unknown[])[0] ?? null);
  }

  close(): void {
    this.#socket.terminate();
  }
}

/** A text message as a client's frame, its mask of zeros. */
export function frameOf(text: string): Buffer {
  const body = Buffer.from(text);
  const head = body.length < 126 ? Buffer.from([0x81, 0x80 | body.length]) : Buffer.from([0x81, 0xfe, body.length >> 8, body.length & 255]);
  return Buffer.concat([head, Buffer.alloc(4), body]);
}

export const newId = (): string => randomBytes(16).toString('base64url');
export const hello = (room: string, nickname: string, more: object = {}) => ({ v: 1, id: newId(), t: 'hello', versions: [1], room, nickname, ...more });

/** Bytes on a bare TCP connection; after `upgraded`, behind a WebSocket handshake. Resolves when the server has closed it, or has said something and nothing more for a moment. */
export function throwBytes(port: number, bytes: Buffer, upgraded: boolean): Promise<void> {
  return new Promise((resolve) => {
    const socket = connectTcp({ port, host: '127.0.0.1' });
    const done = (): void => {
      clearTimeout(patience);
      socket.destroy();
      resolve();
    };
    // The server may wait for the rest of what looks like the beginning of something: that is its right, not ours.
    let patience = setTimeout(done, 300);
    socket.on('error', done).on('close', done);
    socket.on('connect', () => {
      if (!upgraded) return void socket.write(bytes);
      const key = randomBytes(16).toString('base64');
      socket.write(`GET ${PATH} HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: ${key}\r\n\r\n`);
    });
    let heard = false;
    socket.on('data', () => {
      if (upgraded && !heard) socket.write(bytes);
      heard = true;
      clearTimeout(patience);
      patience = setTimeout(done, 20);
    });
  });
}
