import type { CallParts, CallWatch } from '../../../src/session/call-parts.js';
import { JoinedSession } from '../../../src/session/joined-session.js';
import type { RtcError } from '../../../src/base/rtc-error.js';
import { Session } from '../../../src/session/rtc-session.js';
import type { RtcSession, SessionOptions } from '../../../src/session/session-api.js';
import type { SessionEventName } from '../../../src/session/session-events.js';
import { Hub } from '../../../src/hub/hub.js';
import { openSeal } from '../../../src/hub/tickets.js';
import { MemoryCallStore } from '../../../src/hub/memory-call-store.js';
import { MemoryPresenceStore } from '../../../src/hub/memory-presence-store.js';
import type { HubOptions } from '../../../src/hub/ports.js';
import { parseRequest } from '../../../src/protocol/parse-request.js';
import { createSignalingClient } from '../../../src/signaling/signaling-client.js';
import type { CreateTransport, TransportHandlers } from '../../../src/signaling/transport.js';
import { randomId } from '../../../src/base/random-id.js';
import { until } from '../../support/until.js';
import { FakeLocalMedia, FakeNetwork } from './fake-media.js';

const EVENTS: readonly SessionEventName[] = ['rtc-room-state', 'rtc-members', 'rtc-call-incoming', 'rtc-call-state', 'rtc-call-missed', 'rtc-media', 'rtc-devices', 'rtc-error', 'rtc-playback-blocked'];

export interface Heard {
  readonly name: SessionEventName;
  // The details differ by event; tests read the fields they are about.
  readonly detail: Record<string, unknown>;
}

export interface Someone {
  readonly session: RtcSession;
  readonly media: FakeLocalMedia;
  readonly heard: Heard[];
  /** Breaks the link to the hub; it may come back at the next try. */
  cut(): void;
  /** The hub loses the link, as of a browser that was killed. */
  vanish(): void;
  states(): string[];
}

/** Real sessions, real signaling clients and a real hub in one process; only bytes, connections and devices are fakes. */
export class World {
  readonly network = new FakeNetwork();
  readonly hub: Hub;
  readonly people: Someone[] = [];
  /** What the next ones' browser lacks. */
  problem: RtcError | null = null;
  /** What watches the next ones' calls. */
  loadWatch: CallParts['loadWatch'];
  /** Of the next ones' browser. */
  resetIdentity: CallParts['resetIdentity'];
  readonly #links = new Map<string, TransportHandlers>();
  readonly #audiences = new Map<string, Set<string>>();
  #connections = 0;

  constructor(options: Partial<HubOptions> = {}) {
    const audience = (name: string): Set<string> => this.#audiences.get(name) ?? this.#audiences.set(name, new Set()).get(name)!;
    this.hub = new Hub({
      presence: new MemoryPresenceStore(),
      calls: new MemoryCallStore(),
      clock: { now: () => Date.now(), setTimer: (delayMs, run) => { const timer = setTimeout(run, delayMs); return () => clearTimeout(timer); } },
      randomId,
      seal: openSeal,
      authorize: async () => ({ ok: true, identity: null }),
      iceServers: async () => ({ iceServers: [], hasTurn: false }),
      presenceBatchMs: 1,
      links: {
        send: (id, event) => queueMicrotask(() => this.#links.get(id)?.onEvent(structuredClone(event))),
        broadcast: (name, event) => { for (const id of audience(name)) queueMicrotask(() => this.#links.get(id)?.onEvent(structuredClone(event))); },
        subscribe: (id, name) => void audience(name).add(id),
        unsubscribe: (id, name) => void audience(name).delete(id),
        close: (id) => setTimeout(() => this.#down(id)),
      },
      onFailure: (error) => { throw error; },
      ...options,
    });
  }

  #lose(id: string): TransportHandlers | undefined {
    const handlers = this.#links.get(id);
    if (!handlers) return;
    this.#links.delete(id);
    for (const members of this.#audiences.values()) members.delete(id);
    this.hub.disconnected(id);
    return handlers;
  }

  #down(id: string): void {
    this.#lose(id)?.onDown('unreachable');
  }

  enter(options: SessionOptions = {}): Someone {
    const media = new FakeLocalMedia();
    const links = new Set<string>();
    const createTransport: CreateTransport = async (handlers) => {
      let id: string | null = null;
      let stranded = false;
      const drop = (): void => {
        if (id && stranded) this.#links.set(id, handlers);
        stranded = false;
        if (id) this.#down(id);
        id = null;
      };
      return {
        connect: () => queueMicrotask(() => {
          if (id && this.#links.has(id)) return;
          id = `c${this.#connections++}`;
          links.add(id);
          this.#links.set(id, handlers);
          this.hub.connected(id);
          handlers.onUp();
        }),
        request: async (data, timeoutMs) => {
          if (stranded) return new Promise((_resolve, reject) => setTimeout(reject, timeoutMs, new Error('no acknowledgement')));
          const parsed = parseRequest(structuredClone(data));
          if (!parsed.ok) return { ok: false, code: 'bad-message', message: parsed.problem };
          if (!id) throw new Error('down');
          return structuredClone(await this.hub.request(id, parsed.value));
        },
        drop,
        strand: () => {
          stranded = id !== null && this.#links.delete(id);
        },
        close: () => {
          if (id && this.#links.delete(id)) this.hub.disconnected(id);
        },
      };
    };
    const session: RtcSession = new Session({ server: 'test:', room: 'lobby', endedTimeout: 0, ...options }, async () => (store) => new JoinedSession(store, {
      createPeer: this.network.createPeer,
      devices: media,
      createSignaling: (_server, signalingOptions) => createSignalingClient(createTransport, signalingOptions),
      problem: this.problem,
      ...(this.loadWatch && { loadWatch: this.loadWatch }),
      ...(this.resetIdentity && { resetIdentity: this.resetIdentity }),
    }));
    const heard: Heard[] = [];
    for (const name of EVENTS) session.on(name, (event) => void heard.push({ name, detail: event.detail as unknown as Record<string, unknown> }));
    const someone: Someone = {
      session, media, heard,
      cut: () => { for (const id of links) this.#down(id); },
      vanish: () => { for (const id of links) this.#lose(id); },
      states: () => heard.filter(({ name }) => name === 'rtc-call-state').map(({ detail }) => String(detail['reason'] ? `${detail['state']}:${detail['reason']}` : detail['state'])),
    };
    this.people.push(someone);
    return someone;
  }

  async joined(nickname: string, options: SessionOptions = {}): Promise<Someone> {
    const someone = this.enter(options);
    await someone.session.join({ nickname });
    return someone;
  }

  async two(options: [SessionOptions?, SessionOptions?] = []): Promise<[Someone, Someone]> {
    const ana = await this.joined('Ana', options[0]);
    const bob = await this.joined('Bob', options[1]);
    await until(ana.session, () => ana.session.getSnapshot().members.length === 2);
    return [ana, bob];
  }

  close(): void {
    for (const { session } of this.people) session.dispose();
    this.hub.close();
  }
}

export { until };

/** What watches calls, and nothing else. */
export const watching = (watchCall: CallWatch['watchCall'], logCalls: CallWatch['logCalls'] = () => {}) => async (): Promise<CallWatch> => ({ watchCall, logCalls });

export const inState = (someone: Someone, state: string): Promise<void> => until(someone.session, () => someone.session.getSnapshot().callState === state);
export const idOf = (someone: Someone): string => someone.session.getSnapshot().localMember?.id ?? '';

export async function connect(world: World, caller: Someone, callee: Someone): Promise<void> {
  await caller.session.call(idOf(callee));
  await inState(callee, 'incoming');
  await callee.session.accept();
  await inState(caller, 'active');
}
