import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { JoinedSession } from '../../../src/session/joined-session.js';
import { Session } from '../../../src/session/rtc-session.js';
import type { RtcSession, SessionOptions } from '../../../src/session/session-api.js';
import { attachSignaling, type SignalingServer, type SignalingServerOptions } from '../../../src/server/index.js';
import { createTransportFor } from '../../../src/signaling/create-transport.js';
import { createSignalingClient } from '../../../src/signaling/signaling-client.js';
import { parseServer } from '../../../src/signaling/server-url.js';
import { until } from '../../support/until.js';
import { FakeLocalMedia, FakeNetwork } from '../session/fake-media.js';
import { MemoryLog } from './memory-log.js';

// The product's own sessions at its own server over real sockets; only devices and peer connections are played.

export interface Person {
  readonly session: RtcSession;
  /** Call states in order, the end with its reason. */
  readonly states: string[];
  readonly id: string;
}

export class People {
  readonly log = new MemoryLog();
  /** Addresses of all requests that reached the server. */
  readonly urls: string[] = [];
  readonly #network = new FakeNetwork();
  readonly #sessions: RtcSession[] = [];
  #http: Server | null = null;
  #port = 0;
  signaling!: SignalingServer;

  static async start(options: SignalingServerOptions): Promise<People> {
    const people = new People();
    await people.serve(options);
    return people;
  }

  get url(): string {
    return `http://127.0.0.1:${this.#port}`;
  }

  /** A server, at the same address each time; one that runs goes first, and forgets everything. */
  async serve(options: SignalingServerOptions): Promise<void> {
    await this.stop();
    const http = (this.#http = createServer());
    this.signaling = attachSignaling(http, { logger: this.log, ...options });
    http.prependListener('request', ({ url }) => this.urls.push(url ?? ''));
    http.prependListener('upgrade', ({ url }) => this.urls.push(url ?? ''));
    http.listen(this.#port, '127.0.0.1');
    await once(http, 'listening');
    this.#port = (http.address() as AddressInfo).port;
  }

  async stop(): Promise<void> {
    if (!this.#http) return;
    await this.signaling.close();
    this.#http.close();
    this.#http.closeAllConnections();
    this.#http = null;
  }

  enter(options: SessionOptions): Person {
    const session: RtcSession = new Session({ server: this.url, room: 'lobby', endedTimeout: 0, ...options }, async () => (store) => new JoinedSession(store, {
      createPeer: this.#network.createPeer,
      devices: new FakeLocalMedia(),
      createSignaling: (url, signaling) => createSignalingClient(createTransportFor(parseServer(url, url)!), signaling),
      problem: null,
    }));
    this.#sessions.push(session);
    const states: string[] = [];
    session.on('rtc-call-state', ({ detail: { state, reason } }) => void states.push(reason ? `${state}:${reason}` : state));
    return { session, states, get id() { return session.getSnapshot().localMember?.id ?? ''; } };
  }

  async join(options: SessionOptions): Promise<Person> {
    const person = this.enter(options);
    await person.session.join();
    return person;
  }

  async leaveAll(): Promise<void> {
    await Promise.all(this.#sessions.map((session) => session.leave()));
  }

  async close(): Promise<void> {
    for (const session of this.#sessions) session.dispose();
    await this.stop();
  }
}

export const inRoom = ({ session }: Person, state: string): Promise<void> => until(session, () => session.getSnapshot().roomState === state);
export const inCall = ({ session }: Person, state: string): Promise<void> => until(session, () => session.getSnapshot().callState === state);
export const sees = ({ session }: Person, ...others: readonly Person[]): Promise<void> =>
  until(session, () => others.every(({ id }) => id !== '' && session.getSnapshot().members.some((member) => member.id === id && member.online)));
