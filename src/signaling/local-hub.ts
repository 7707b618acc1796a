import { Hub } from '../hub/hub.js';
import { MemoryCallStore } from '../hub/memory-call-store.js';
import { MemoryPresenceStore } from '../hub/memory-presence-store.js';
import type { HubLinks } from '../hub/ports.js';
import { openSeal } from '../hub/tickets.js';
import { parseRequest } from '../protocol/parse-request.js';
import { connectionLock, leaderLock, openLocalChannel, type LocalChannel, type LocalMessage } from './local-channel.js';
import { randomId } from '../base/random-id.js';
import { systemClock } from './system-clock.js';

/** One life of the hub of a `local:` room, while this page leads. The next leader's is another server after a restart: new epoch, nothing remembered. */
class LocalHub {
  readonly #name: string;
  readonly #channel: LocalChannel;
  readonly #hub: Hub;
  /** Connection id → stops waiting for its lock. */
  readonly #connections = new Map<string, AbortController>();
  readonly #audiences = new Map<string, Set<string>>();

  constructor(name: string) {
    this.#name = name;
    this.#channel = openLocalChannel(name, (message) => this.#hear(message));
    this.#hub = new Hub({
      presence: new MemoryPresenceStore(),
      calls: new MemoryCallStore(),
      links: this.#links(),
      clock: systemClock,
      randomId,
      seal: openSeal,
      authorize: async () => ({ ok: true, identity: null }),
      iceServers: async () => ({ iceServers: [], hasTurn: false }),
    });
    this.#channel.post({ k: 'hub' });
  }

  close(): void {
    for (const lockWait of this.#connections.values()) lockWait.abort();
    this.#connections.clear();
    this.#hub.close();
    this.#channel.close();
  }

  #links(): HubLinks {
    const audience = (name: string): Set<string> => this.#audiences.get(name) ?? new Set();
    return {
      send: (connection, event) => this.#channel.post({ k: 'e', to: [connection], data: event }),
      broadcast: (name, event) => this.#channel.post({ k: 'e', to: [...audience(name)], data: event }),
      subscribe: (connection, name) => this.#audiences.set(name, audience(name).add(connection)),
      unsubscribe: (connection, name) => this.#leaveAudience(connection, name),
      // After what is on its way already: the answer to a `leave` is given when the hub's promise settles.
      close: (connection) => void setTimeout(() => this.#end(connection, true)),
    };
  }

  #hear(message: LocalMessage): void {
    if (message.k === 'up') this.#up(message.c);
    else if (message.k === 'end') this.#end(message.c, false);
    else if (message.k === 'q') void this.#answer(message.c, message.n, message.data);
  }

  #up(connection: string): void {
    if (!this.#connections.has(connection)) {
      const lockWait = new AbortController();
      this.#connections.set(connection, lockWait);
      this.#hub.connected(connection);
      navigator.locks.request(connectionLock(this.#name, connection), { signal: lockWait.signal }, () => this.#end(connection, false)).catch(() => {
        // Aborted: it ended in another way.
      });
    }
    this.#channel.post({ k: 'hub-up', c: connection });
  }

  async #answer(connection: string, number: number, data: unknown): Promise<void> {
    // A client of an earlier hub that has not heard of this one yet.
    if (!this.#connections.has(connection)) return this.#channel.post({ k: 'hub-down', c: connection });
    const parsed = parseRequest(data);
    const reply = parsed.ok
      ? await this.#hub.request(connection, parsed.value)
      : ({ ok: false, code: 'bad-message', message: parsed.problem } as const);
    this.#channel.post({ k: 'a', c: connection, n: number, data: reply });
  }

  #end(connection: string, tell: boolean): void {
    const lockWait = this.#connections.get(connection);
    if (!lockWait) return;
    this.#connections.delete(connection);
    lockWait.abort();
    for (const name of [...this.#audiences.keys()]) this.#leaveAudience(connection, name);
    if (tell) this.#channel.post({ k: 'hub-down', c: connection });
    this.#hub.disconnected(connection);
  }

  #leaveAudience(connection: string, name: string): void {
    const members = this.#audiences.get(name);
    members?.delete(connection);
    if (members?.size === 0) this.#audiences.delete(name);
  }
}

/** How often each room is used in this page, and how to stop standing for its hub. */
const pages = new Map<string, { users: number; readonly retire: AbortController }>();

/**
 * Stands for the hub of this room as long as something in this page uses it: leads at once, or when the present leader's page closes, its browser process dies
 * or its last user leaves. One hub per page at most. The result says that one user less needs it.
 */
export function standForHub(name: string): () => void {
  let page = pages.get(name);
  if (!page) {
    page = { users: 0, retire: new AbortController() };
    pages.set(name, page);
    const { signal } = page.retire;
    const lead = (): Promise<void> =>
      new Promise((resolve) => {
        const hub = new LocalHub(name);
        signal.addEventListener('abort', () => {
          hub.close();
          resolve();
        });
      });
    navigator.locks.request(leaderLock(name), { signal }, lead).catch((error: unknown) => {
      // Retired before it led, or refused (a sandboxed frame): there the connections' own locks are refused too, and say so.
      if (!(error instanceof DOMException)) throw error;
    });
  }
  const standing = page;
  standing.users++;
  return () => {
    if (--standing.users) return;
    pages.delete(name);
    standing.retire.abort();
  };
}
