import type { ErrorCode } from '../protocol/codes.js';
import type { ErrorReply, Reply, WireCall } from '../protocol/messages.js';
import type { HubFact, HubOptions } from './ports.js';
import type { LocalMember, Session } from './sessions.js';
import { Tickets } from './tickets.js';

/** One transport link. Its session may have moved on to another. */
export interface Connection {
  readonly id: string;
  session: Session | null;
  hello: { readonly id: string; readonly reply: Promise<Reply> } | null;
  /** What a request gets that comes without a session. */
  refusal: ErrorCode;
  isUp: boolean;
}

export function refuse(code: ErrorCode, call?: WireCall): ErrorReply {
  return { ok: false, code, ...(call && { call }) };
}

const FIRST_RETRY_MS = 1_000;
const LAST_RETRY_MS = 10_000;

/** What all parts of a hub share: who is connected here, timers that end with the hub, and work that must get done in spite of a failing store. */
export class HubCore {
  readonly options: HubOptions;
  readonly connections = new Map<string, Connection>();
  readonly sessions = new Map<string, Session>();
  readonly members = new Map<string, LocalMember>();
  /** How many members each room has here. */
  readonly rooms = new Map<string, number>();
  /** New sessions whose welcome may not have arrived, by the id of the hello that made them: that hello again gets them back. */
  readonly unconfirmed = new Map<string, Session>();
  /** Names this hub's life. */
  readonly epoch: string;
  readonly tickets: Tickets;
  isClosed = false;
  readonly #timers = new Set<() => void>();

  constructor(options: HubOptions) {
    this.options = options;
    this.epoch = options.randomId(9);
    this.tickets = new Tickets(options.seal, this.epoch, () => this.now());
  }

  now(): number {
    return this.options.clock.now();
  }

  setTimer(delayMs: number, run: () => void): () => void {
    if (this.isClosed) return () => {};
    const cancelTimer = this.options.clock.setTimer(delayMs, () => {
      this.#timers.delete(cancel);
      run();
    });
    const cancel = () => {
      this.#timers.delete(cancel);
      cancelTimer();
    };
    this.#timers.add(cancel);
    return cancel;
  }

  failed(error: unknown, doing: string): void {
    this.options.onFailure?.(error, doing);
  }

  /** The client has its welcome: what it came in with is of no more use. */
  confirm(session: Session): void {
    session.previousSecret = null;
    if (session.helloId !== null) this.unconfirmed.delete(session.helloId);
    session.helloId = null;
  }

  fact(fact: HubFact): void {
    try {
      this.options.onFact?.(fact);
    } catch (error) {
      this.failed(error, 'onFact');
    }
  }

  /** Work that nobody waits for but that must happen: tried again, ever slower, until it succeeds or the hub closes. */
  async untilDone(doing: string, task: () => Promise<unknown>, retryMs = FIRST_RETRY_MS): Promise<void> {
    try {
      await task();
    } catch (error) {
      this.failed(error, doing);
      this.setTimer(retryMs, () => void this.untilDone(doing, task, Math.min(retryMs * 2, LAST_RETRY_MS)));
    }
  }

  /** Whether anybody of this member is connected, as far as this hub knows: true of members it does not hold. */
  isOnline(memberId: string): boolean {
    const member = this.members.get(memberId);
    return !member || [...member.sessions].some((session) => session.isHere);
  }

  close(): void {
    this.isClosed = true;
    for (const cancel of this.#timers) cancel();
  }
}
