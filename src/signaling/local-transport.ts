import { connectionLock, openLocalChannel, type LocalChannel, type LocalMessage } from './local-channel.js';
import { standForHub } from './local-hub.js';
import { randomId } from '../base/random-id.js';
import type { Transport, TransportFailure, TransportHandlers } from './transport.js';

/** A hub answers within milliseconds, a new leader is chosen as fast; longer means that something of another version leads. */
const CONNECT_TIMEOUT_MS = 5_000;

interface Link {
  readonly id: string;
  /** Ends its lock, granted or still waited for, and its timer. */
  readonly end: AbortController;
  /** Its lock is granted: only then may a hub queue for it. */
  held: boolean;
  up: boolean;
  /** Nothing passes any more. */
  stranded: boolean;
}

interface Unanswered {
  resolve(reply: unknown): void;
  reject(error: Error): void;
}

/** Tabs of one browser, and rooms of one page, over a BroadcastChannel; the hub runs in whichever page holds the leader's lock. */
class LocalTransport implements Transport {
  readonly #name: string;
  readonly #handlers: TransportHandlers;
  readonly #channel: LocalChannel;
  readonly #leaveHub: () => void;
  readonly #unanswered = new Map<number, Unanswered>();
  #asked = 0;
  #link: Link | null = null;
  #closed = false;

  constructor(name: string, handlers: TransportHandlers) {
    this.#name = name;
    this.#handlers = handlers;
    this.#channel = openLocalChannel(name, (message) => this.#hear(message));
    this.#leaveHub = standForHub(name);
  }

  connect(): void {
    if (this.#link || this.#closed) return;
    const link: Link = { id: randomId(16), end: new AbortController(), held: false, up: false, stranded: false };
    this.#link = link;
    const { signal } = link.end;
    const timer = setTimeout(() => {
      if (!link.up) this.#lose('unreachable');
    }, CONNECT_TIMEOUT_MS);
    signal.addEventListener('abort', () => clearTimeout(timer));
    const hold = (): Promise<void> | null => {
      if (signal.aborted) return null;
      link.held = true;
      this.#channel.post({ k: 'up', c: link.id });
      return new Promise((resolve) => signal.addEventListener('abort', () => resolve()));
    };
    navigator.locks.request(connectionLock(this.#name, link.id), { signal }, hold).catch(() => {
      if (this.#link === link) this.#lose('insecure-context');
    });
  }

  request(data: unknown, timeoutMs: number): Promise<unknown> {
    const link = this.#link;
    if (!link?.up) return Promise.reject(new Error('link down'));
    const number = ++this.#asked;
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => settle(() => reject(new Error('no acknowledgement'))), timeoutMs);
      const settle = (report: () => void): void => {
        clearTimeout(timer);
        this.#unanswered.delete(number);
        report();
      };
      this.#unanswered.set(number, { resolve: (reply) => settle(() => resolve(reply)), reject: (error) => settle(() => reject(error)) });
      if (!link.stranded) this.#channel.post({ k: 'q', c: link.id, n: number, data });
    });
  }

  strand(): void {
    if (this.#link) this.#link.stranded = true;
  }

  drop(): void {
    this.#lose('unreachable');
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#release();
    this.#channel.close();
    this.#leaveHub();
  }

  #hear(message: LocalMessage): void {
    const link = this.#link;
    if (!link || link.stranded) return;
    if (message.k === 'hub') {
      if (link.up) this.#lose('unreachable');
      else if (link.held) this.#channel.post({ k: 'up', c: link.id });
    } else if (message.k === 'e') {
      if (link.up && message.to.includes(link.id)) this.#handlers.onEvent(message.data);
    } else if ('c' in message && message.c === link.id) {
      if (message.k === 'hub-up' && !link.up) {
        link.up = true;
        this.#handlers.onUp();
      } else if (message.k === 'hub-down') this.#lose('unreachable');
      else if (message.k === 'a') this.#unanswered.get(message.n)?.resolve(message.data);
    }
  }

  #lose(failure: TransportFailure): void {
    if (!this.#link) return;
    this.#release();
    this.#handlers.onDown(failure);
  }

  #release(): void {
    if (!this.#link) return;
    this.#channel.post({ k: 'end', c: this.#link.id });
    this.#link.end.abort();
    this.#link = null;
    for (const { reject } of [...this.#unanswered.values()]) reject(new Error('link down'));
  }
}

/** `insecure-context` where the browser has no Web Locks or no BroadcastChannel for this page. */
export function createLocalTransport(name: string, handlers: TransportHandlers): Transport {
  if (typeof BroadcastChannel === 'function' && globalThis.navigator?.locks) return new LocalTransport(name, handlers);
  let closed = false;
  return {
    connect: () => queueMicrotask(() => closed || handlers.onDown('insecure-context')),
    request: () => Promise.reject(new Error('link down')),
    drop() {},
    strand() {},
    close() {
      closed = true;
    },
  };
}
