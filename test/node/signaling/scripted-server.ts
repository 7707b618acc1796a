import assert from 'node:assert/strict';
import { createSignalingClient } from '../../../src/signaling/signaling-client.js';
import type { ServerEvent, Welcome } from '../../../src/protocol/messages.js';
import type { SignalingOptions, SignalingPort } from '../../../src/signaling/signaling-port.js';
import type { CreateTransport, TransportFailure, TransportHandlers } from '../../../src/signaling/transport.js';
import { ManualClock, settled } from './manual-clock.js';

export type Message = Record<string, unknown> & { id: string; t: string };

export interface Asked {
  readonly message: Message;
  reply(raw: unknown): Promise<void>;
}

/** A server as the transport port shows it, played by the test: it sees every request and answers, breaks and speaks when told to. */
export class ScriptedServer {
  readonly clock: ManualClock;
  readonly asked: Asked[] = [];
  connects = 0;
  drops = 0;
  strands = 0;
  closed = false;
  /** Creating the transport fails while this is set, as when its chunk cannot be fetched. */
  chunkMissing = false;
  /** Every try comes up by itself. */
  answersConnect = true;
  #handlers: TransportHandlers | null = null;
  #up = false;
  #trying = false;
  readonly #waiting = new Set<(error: Error) => void>();

  constructor(clock: ManualClock) {
    this.clock = clock;
  }

  readonly create: CreateTransport = async (handlers) => {
    if (this.chunkMissing) throw new TypeError('Failed to fetch dynamically imported module');
    this.#handlers = handlers;
    return {
      connect: () => {
        if (this.#up || this.#trying) return;
        this.connects++;
        this.#trying = true;
        if (this.answersConnect) queueMicrotask(() => this.up());
      },
      request: (data, timeoutMs) => this.#ask(data, timeoutMs),
      drop: () => {
        this.drops++;
        this.down('unreachable');
      },
      strand: () => void this.strands++,
      close: () => {
        this.closed = true;
        this.#handlers = null;
      },
    };
  };

  up(): void {
    if (!this.#trying) return;
    this.#trying = false;
    this.#up = true;
    this.#handlers?.onUp();
  }

  down(failure: TransportFailure): void {
    if (!this.#up && !this.#trying) return;
    this.#up = this.#trying = false;
    for (const reject of [...this.#waiting]) reject(new Error('link down'));
    this.#handlers?.onDown(failure);
  }

  event(data: unknown): void {
    this.#handlers?.onEvent(data);
  }

  /** What was asked of this type, in order. */
  of(type: string): Asked[] {
    return this.asked.filter(({ message }) => message.t === type);
  }

  last(type: string): Asked {
    const found = this.of(type).at(-1);
    assert.ok(found, `no ${type} was asked`);
    return found;
  }

  async welcome(changes: Partial<Welcome> = {}): Promise<void> {
    await settled();
    await this.last('hello').reply(welcome(changes));
  }

  #ask(data: unknown, timeoutMs: number): Promise<unknown> {
    if (!this.#up) return Promise.reject(new Error('link down'));
    return new Promise((resolve, reject) => {
      const fail = (error: Error): void => {
        this.#waiting.delete(fail);
        cancel();
        reject(error);
      };
      const cancel = this.clock.setTimer(timeoutMs, () => fail(new Error('no acknowledgement')));
      this.#waiting.add(fail);
      this.asked.push({
        message: JSON.parse(JSON.stringify(data)) as Message,
        reply: (raw) => {
          this.#waiting.delete(fail);
          cancel();
          resolve(raw);
          return settled();
        },
      });
    });
  }
}

export function welcome(changes: Partial<Welcome> = {}): Welcome {
  return {
    ok: true, version: 1, epoch: 'epoch-1', sessionId: 'session-1', secret: 'secret-1', ticket: 'signed-1', seq: 0, resumed: false, memberId: 'member-1', nickname: 'Ana',
    now: 1000, ringTimeoutMs: 45_000, iceServers: [], hasTurn: false, room: { rev: 1, members: [] }, ...changes,
  };
}

export interface Rig {
  readonly server: ScriptedServer;
  readonly clock: ManualClock;
  readonly client: SignalingPort;
  readonly states: string[];
  readonly welcomes: Welcome[];
  readonly events: ServerEvent[];
  readonly tokens: string[];
}

/** A client with half of every back-off's spread, over a scripted server. */
export function rig(options: Partial<SignalingOptions> = {}, policy: (failures: number) => number = (failures) => [0, 300, 1000, 2000][failures] ?? 3000): Rig {
  const clock = new ManualClock();
  const server = new ScriptedServer(clock);
  const states: string[] = [];
  const welcomes: Welcome[] = [];
  const events: ServerEvent[] = [];
  const tokens: string[] = [];
  const client = createSignalingClient(
    server.create,
    {
      room: 'support',
      nickname: 'Ana',
      resume: null,
      rev: () => 7,
      token: async (reason) => {
        tokens.push(reason);
        return null;
      },
      handlers: {
        onWelcome: (message) => welcomes.push(message),
        onEvent: (event) => events.push(event),
        onState: (state, error) => states.push(error ? `${state}: ${error.code}${error.fatal ? '!' : ''}` : state),
      },
      ...options,
    },
    policy,
    clock,
  );
  return { server, clock, client, states, welcomes, events, tokens };
}

/** Started and welcomed. */
export async function joinedRig(options: Partial<SignalingOptions> = {}, policy?: (failures: number) => number): Promise<Rig> {
  const made = rig(options, policy);
  made.client.start();
  await made.server.welcome();
  return made;
}

export async function codeOf(promise: Promise<unknown>): Promise<string> {
  const error: unknown = await promise.then(
    () => assert.fail('it resolved'),
    (reason: unknown) => reason,
  );
  assert.ok(error instanceof Error && 'code' in error, String(error));
  return String(error.code);
}
