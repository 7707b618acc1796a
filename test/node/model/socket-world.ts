import { randomUUID } from 'node:crypto';
import { createSignalingServer, type SignalingServer } from '../../../src/server/index.js';
import type { Member } from '../../../src/protocol/codes.js';
import { JoinedSession } from '../../../src/session/joined-session.js';
import { Session } from '../../../src/session/rtc-session.js';
import type { SessionOptions } from '../../../src/session/session-api.js';
import { createTransportFor } from '../../../src/signaling/create-transport.js';
import { createSignalingClient } from '../../../src/signaling/signaling-client.js';
import { parseServer } from '../../../src/signaling/server-url.js';
import { MemoryLog } from '../server/memory-log.js';
import { Audit } from './audit.js';
import { ModelIce } from './model-ice.js';
import { realPace } from './real-pace.js';
import { startSlowProxy, type SlowProxy } from './slow-proxy.js';
import { Tab, TabStorage } from './tab.js';

/** A real server on a real port; a token says who one is. */
export async function startServer(): Promise<{ server: SignalingServer; port: number; log: MemoryLog }> {
  const log = new MemoryLog();
  const server = createSignalingServer({
    port: 0, host: '127.0.0.1', demo: 'off', sessionSecret: 'a secret of this test, long enough', logger: log, maxInvitesPerMinute: 0,
    authorize: (token) => (token === null ? null : { userId: token }),
  });
  const { port } = await server.listen();
  return { server, port, log };
}

export interface SocketTab extends Tab {
  proxy: SlowProxy;
}

/** One room of people over real sockets in real time, each by a slow road of its own; devices and connections are played. */
export class SocketWorld {
  readonly room = `room-${randomUUID()}`;
  readonly audit = new Audit();
  readonly pace;
  readonly ice: ModelIce;
  readonly tabs: SocketTab[] = [];
  readonly #server: SignalingServer;
  readonly #port: number;
  readonly #stops: (() => void)[] = [];

  constructor(seed: number, { server, port }: { server: SignalingServer; port: number }) {
    this.pace = realPace(seed);
    this.ice = new ModelIce(this.pace);
    this.#server = server;
    this.#port = port;
    for (const type of ['call.ringing', 'call.started', 'call.ended'] as const) this.#stops.push(server.on(type, (fact) => fact.room === this.room && this.audit.fact(fact)));
  }

  async join(name: string, options: SessionOptions = {}): Promise<SocketTab> {
    const proxy = await startSlowProxy(this.#port, this.pace, 60);
    const tab = Object.assign(new Tab(name, options, new TabStorage()), { proxy });
    this.tabs.push(tab);
    const server = `http://127.0.0.1:${proxy.port}`;
    tab.session = new Session({ server, room: this.room, nickname: name, token: `${name} in ${this.room}`, endedTimeout: 0, ...options }, async () => (store) => new JoinedSession(store, {
      createPeer: this.ice.createPeer,
      devices: tab.media,
      createSignaling: (url, signaling) => createSignalingClient(createTransportFor(parseServer(url, url)!), this.audit.listen(tab, signaling)),
      problem: null,
    }));
    tab.session.on('rtc-call-state', ({ detail: { state, callId, reason } }) => {
      this.audit.said(tab, state, callId ?? '');
      tab.states.push({ state, callId: callId ?? '', reason, at: Date.now() });
    });
    tab.session.on('rtc-call-incoming', ({ detail: { callId } }) => void tab.rang.push(callId));
    tab.session.on('rtc-room-state', ({ detail: { state } }) => {
      if (state === 'idle') tab.statesBefore = tab.states.length;
    });
    tab.session.on('rtc-error', ({ detail: { code } }) => void tab.errors.push(code));
    await tab.session.join();
    return tab;
  }

  async joinAll(...people: readonly (string | [name: string, options: SessionOptions])[]): Promise<SocketTab[]> {
    const tabs = await Promise.all(people.map((person) => (typeof person === 'string' ? this.join(person) : this.join(...person))));
    const members = new Set(tabs.map(({ id }) => id)).size;
    await this.expectSoon('all see each other', () => tabs.every((tab) => tab.snapshot.members.length === members), 5_000);
    return tabs;
  }

  /** Does it at a moment within so many milliseconds; resolves when that time is over. */
  within(ms: number, ...actions: readonly (() => unknown)[]): Promise<void> {
    for (const action of actions) this.pace.at(this.pace.now() + this.pace.between(0, ms), 'action', () => void action());
    return this.run(ms + 5);
  }

  run(ms: number): Promise<void> {
    return new Promise((resolve) => this.pace.at(this.pace.now() + ms, 'run', resolve));
  }

  async until(holds: () => boolean, limitMs: number): Promise<boolean> {
    for (const end = Date.now() + limitMs; Date.now() < end; await this.run(10)) if (holds()) return true;
    return holds();
  }

  async expectSoon(what: string, holds: () => boolean, limitMs: number): Promise<void> {
    if (!(await this.until(holds, limitMs))) throw new Error(`not within ${limitMs} ms: ${what}. ${this.describe()}`);
  }

  describe(): string {
    return this.tabs.map((tab) => `${tab.name} ${tab.snapshot.roomState}: ${tab.told().join(' ')} ${tab.errors.join(' ')}`).join('; ');
  }

  members(): Promise<Member[]> {
    return this.#server.members(this.room);
  }

  expectNoFindings(): void {
    const findings = [...this.audit.findings, ...this.ice.findings];
    if (findings.length > 0) throw new Error(findings.join('\n'));
  }

  async close(): Promise<void> {
    for (const tab of this.tabs) tab.session.dispose();
    await this.run(50);
    for (const { proxy } of this.tabs) proxy.close();
    for (const stop of this.#stops) stop();
    this.pace.close();
  }
}
