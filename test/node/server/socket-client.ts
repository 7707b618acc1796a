import { once } from 'node:events';
import { randomBytes } from 'node:crypto';
import { Manager, type Socket } from 'socket.io-client';
import type { Reply, RequestFields, RequestType, ServerEvent } from '../../../src/protocol/messages.js';
import { parseEvent, parseReply } from '../../../src/protocol/parse.js';

export interface ClientOptions {
  readonly path?: string;
  readonly origin?: string;
  /** What a proxy in front would say of whom it heard. */
  readonly forwardedFor?: string;
  readonly transport?: 'websocket' | 'polling';
}

/** Nothing here takes long: a test that waits for what never comes shall fail, not hang. */
const DEADLINE_MS = 5_000;

export const newId = (): string => randomBytes(16).toString('base64url');

/** A real socket.io client that speaks the protocol, and anything else on demand. */
export class SocketClient {
  readonly socket: Socket;
  readonly events: ServerEvent[] = [];
  #waiting: (() => void)[] = [];

  constructor(url: string, { path = '/rtc-signaling/', origin, forwardedFor, transport = 'websocket' }: ClientOptions = {}) {
    const manager = new Manager(url, {
      path,
      transports: [transport],
      reconnection: false,
      forceNew: true,
      autoConnect: false,
      extraHeaders: { ...(origin && { Origin: origin }), ...(forwardedFor && { 'X-Forwarded-For': forwardedFor }) },
    });
    this.socket = manager.socket('/');
    this.socket.on('e', (data: unknown) => {
      const parsed = parseEvent(data);
      if (!parsed.ok) throw new Error(`the server sent an invalid event: ${parsed.problem}`);
      this.events.push(parsed.value);
      for (const look of this.#waiting.splice(0)) look();
    });
  }

  /** Resolves once connected; rejects with socket.io's error, whose `data` is the server's. */
  async connect(): Promise<this> {
    this.socket.connect();
    await new Promise<void>((resolve, reject) => {
      this.socket.once('connect', resolve);
      this.socket.once('connect_error', reject);
      this.socket.io.once('error', reject);
    });
    return this;
  }

  /** The raw acknowledgement of anything at all. */
  emit(...data: readonly unknown[]): Promise<unknown> {
    return this.socket.timeout(DEADLINE_MS).emitWithAck('q', ...data);
  }

  async ask<T extends RequestType>(t: T, fields: RequestFields<T>): Promise<Reply<T>> {
    const reply = parseReply(t, await this.emit({ v: 1, id: newId(), t, ...fields }));
    if (!reply.ok) throw new Error(`the server sent an invalid reply to ${t}: ${reply.problem}`);
    return reply.value;
  }

  async join(room: string, nickname: string, token?: string) {
    const welcome = await this.ask('hello', { versions: [1], room, nickname, ...(token === undefined ? {} : { token }) });
    if (!welcome.ok) throw new Error(welcome.code);
    return welcome;
  }

  /** The first event, past or future, that fits. */
  async event<T extends ServerEvent['t']>(
    t: T,
    fits: (event: Extract<ServerEvent, { t: T }>) => boolean = () => true,
  ): Promise<Extract<ServerEvent, { t: T }>> {
    const deadline = AbortSignal.timeout(DEADLINE_MS);
    for (;;) {
      for (const event of this.events) if (event.t === t && fits(event as Extract<ServerEvent, { t: T }>)) return event as Extract<ServerEvent, { t: T }>;
      await new Promise<void>((resolve, reject) => {
        this.#waiting.push(resolve);
        deadline.addEventListener('abort', () => reject(new Error(`no ${t} event came`)));
      });
    }
  }

  /** Why the link went down. */
  async down(): Promise<string> {
    const [reason] = this.socket.connected ? await once(this.socket as never, 'disconnect', { signal: AbortSignal.timeout(DEADLINE_MS) }) : ['not connected'];
    return String(reason);
  }

  close(): void {
    this.socket.disconnect();
  }
}
