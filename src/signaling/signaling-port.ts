import type { RtcError } from '../base/rtc-error.js';
import type { Availability, OkReply, RequestFields, RequestType, ServerEvent, Welcome } from '../protocol/messages.js';

// What the session knows of signaling. signaling-client.ts implements it over any Transport.

export type SignalingState = 'idle' | 'connecting' | 'online' | 'reconnecting' | 'closed';

export interface SignalingHandlers {
  /** The first welcome and every one after a reconnection. `resumed` false: everything known is replaced by what it carries. */
  onWelcome(welcome: Welcome): void;
  /** Checked, in order, each once (directed events by their number; a gap leads to a new hello). Room deltas as they come: the roster judges their `rev`. */
  onEvent(event: ServerEvent): void;
  /** `error`: why it reconnects, or (state `closed`) why it gave up: only for codes that trying again cannot mend. */
  onState(state: SignalingState, error: RtcError | null): void;
}

/** Kept in the tab's storage so that a reload resumes the same member. */
export interface ResumeTicket {
  readonly sessionId: string;
  readonly secret: string;
  readonly epoch: string;
  /** For a server that has forgotten the session: the same member again. */
  readonly ticket?: string | undefined;
}

export interface SignalingOptions {
  readonly room: string;
  readonly nickname: string;
  /** Asked before every hello; null = no token. Rejecting with a fatal RtcError is final (the room's failure); with anything else it is tried again. */
  readonly token: (reason: 'join' | 'expired' | 'reconnect') => Promise<string | null>;
  readonly resume: ResumeTicket | null;
  /** Of the call that this page is in. */
  readonly callTicket?: () => string | undefined;
  /** Who may not ring here; told with every hello. */
  readonly availability?: () => Availability | undefined;
  /** The roster's present revision, for resume. */
  readonly rev: () => number | undefined;
  readonly handlers: SignalingHandlers;
}

export interface SignalingPort {
  /** Connects and says hello, over and over until `close()`, or until a refusal that trying again cannot mend (`onState('closed', error)`). */
  start(): void;
  /**
   * One request, executed at most once by the hub: sent, sent again with the same id after 3 s without an acknowledgement or after a reconnection, until
   * answered or `signal` aborts (`unavailable`) or `deadlineMs` passes (`server-unreachable`). Rejects with an RtcError carrying the hub's code; its `cause`
   * is then the hub's `ErrorReply`, with `call` where the request came too late for it. Also `server-unreachable` when three links that answer everything
   * else leave it unanswered; `unavailable` for an invitation whose session is lost; `rate-limited` when 256 wait already, or the
   * hub asks for more than 3 s of patience (`retryAfterMs`); `not-joined` before `start()` and after the end.
   */
  request<T extends RequestType>(type: T, fields: RequestFields<T>, options?: { deadlineMs?: number; signal?: AbortSignal }): Promise<OkReply<T>>;
  /** Sends without waiting and without asking again: for `pagehide`. */
  post<T extends RequestType>(type: T, fields: RequestFields<T>): void;
  readonly state: SignalingState;
  /** The newest, for the tab's storage; null once closed: it is of no more use. */
  readonly ticket: ResumeTicket | null;
  /** Tries again now instead of at the end of the back-off (the network came back). Harmless while online. */
  wake(): void;
  /** While a call stands still for want of it: tries follow each other fast, and none is waited for longer than a moment. */
  hurry(on: boolean): void;
  /** What a broken network does: for tests and `simulate()`. */
  drop(): void;
  /** What a cable that was pulled somewhere does: nothing goes out or comes in any more, and nobody says so. For `simulate()`. */
  strand(): void;
  /** What a server does that is about to stop: leaves the link after so long, and comes back. */
  drain(afterMs: number): void;
  /** Final; with `leave`, says goodbye first (at most 1 s). */
  close(options?: { leave?: boolean }): Promise<void>;
}
