import { RtcError, toRtcError } from '../base/rtc-error.js';
import type { HubClock } from '../hub/ports.js';
import type { ErrorCode } from '../protocol/codes.js';
import { PROTOCOL_VERSION, REQUEST_TIMEOUT_MS } from '../protocol/limits.js';
import type { OkReply, RequestFields, RequestType, ServerEvent, Welcome } from '../protocol/messages.js';
import { parseEvent, parseReply } from '../protocol/parse.js';
import { randomId } from '../base/random-id.js';
import { createReconnectPolicy, type ReconnectPolicy } from './reconnect-policy.js';
import { RequestQueue, requestMessage } from './request-queue.js';
import type { ResumeTicket, SignalingOptions, SignalingPort, SignalingState } from './signaling-port.js';
import { systemClock } from './system-clock.js';
import type { CreateTransport, Transport, TransportFailure } from './transport.js';

/** The server may ask somebody else who we are before it answers. */
const HELLO_TIMEOUT_MS = 3 * REQUEST_TIMEOUT_MS;
const LEAVE_TIMEOUT_MS = 1_000;
/** So long an event may be late behind one that follows it, before it counts as lost. */
const LATE_EVENT_MS = 500;
/** A link that lasted less counts as a failed try, so that a server that takes and drops us is not asked without a pause. */
const STABLE_AFTER_MS = 3_000;
/**
 * In a hurry. Into a network that swallows everything a try sends one packet a second later once more, then 2, then 4 s later: a new try is the sooner one.
 */
const HURRIED_TRY_MS = 1_500;
const HURRIED_DELAY_MS = 300;

const isWhole = (value: unknown): value is number => Number.isInteger(value);

class SignalingClient implements SignalingPort {
  readonly #createTransport: CreateTransport;
  readonly #options: SignalingOptions;
  readonly #policy: ReconnectPolicy;
  readonly #clock: Pick<HubClock, 'setTimer'>;
  readonly #ended = new AbortController();
  readonly #requests: RequestQueue;
  #state: SignalingState = 'idle';
  #ticket: ResumeTicket | null;
  #transport: Transport | null = null;
  #link: 'down' | 'connecting' | 'greeting' | 'online' = 'down';
  /** Tells the answers to an earlier link's hello from this one's. */
  #links = 0;
  /** The same until it is answered, over as many links as that takes: if a welcome is lost, the hub knows who asks once more. */
  #helloId = randomId();
  #token: Promise<string | null> | null = null;
  #joined = false;
  #leaving = false;
  #failures = 0;
  #hurried = false;
  /** What the server asked for: after a drain, or when it had no time for a hello. */
  #namedDelayMs = 0;
  /** One timer at a time: to try again while down, to call the link stable or leave a draining server while up. */
  #cancelTimer = (): void => {};
  #lastSeq = 0;
  /** Came between the hello and its answer, which they must not overtake. */
  #early: unknown[] = [];
  /** Came before the one that they follow, by number. */
  readonly #ahead = new Map<number, unknown>();

  constructor(createTransport: CreateTransport, options: SignalingOptions, policy: ReconnectPolicy, clock: Pick<HubClock, 'setTimer'>) {
    this.#createTransport = createTransport;
    this.#options = options;
    this.#policy = policy;
    this.#clock = clock;
    this.#ticket = options.resume;
    this.#requests = new RequestQueue((message) => this.#send(message), () => this.drop(), clock);
  }

  get state(): SignalingState {
    return this.#state;
  }

  get ticket(): ResumeTicket | null {
    return this.#ticket;
  }

  start(): void {
    if (this.#state !== 'idle') return;
    // Node has no such events.
    globalThis.addEventListener?.('online', () => this.wake(), { signal: this.#ended.signal });
    this.#enter('connecting', null);
    void this.#connect();
  }

  request<T extends RequestType>(type: T, fields: RequestFields<T>, options?: { deadlineMs?: number; signal?: AbortSignal }): Promise<OkReply<T>> {
    if (this.#state === 'idle' || this.#state === 'closed') return Promise.reject(new RtcError('not-joined'));
    return this.#requests.add(type, fields, options);
  }

  post<T extends RequestType>(type: T, fields: RequestFields<T>): void {
    if (this.#link === 'online') this.#send(requestMessage(type, fields)).catch(() => {});
  }

  wake(): void {
    if (this.#link !== 'down' || (this.#state !== 'connecting' && this.#state !== 'reconnecting')) return;
    this.#cancelTimer();
    void this.#connect();
  }

  hurry(on: boolean): void {
    if (on === this.#hurried) return;
    this.#hurried = on;
    if (on && this.#link === 'connecting') this.#boundTry();
    else if (on) this.wake();
  }

  drop(): void {
    this.#transport?.drop();
  }

  strand(): void {
    this.#transport?.strand();
  }

  drain(afterMs: number): void {
    if (this.#link !== 'online') return;
    this.#namedDelayMs = afterMs;
    this.#cancelTimer();
    this.#cancelTimer = this.#clock.setTimer(afterMs, () => {
      this.#namedDelayMs = 0;
      this.drop();
    });
  }

  async close({ leave = false } = {}): Promise<void> {
    // Also while the welcome is on its way: whoever only hung up now would stand in everybody's list for the grace time, and meet their own name there on return.
    if (leave && (this.#link === 'online' || this.#link === 'greeting') && !this.#leaving) {
      this.#leaving = true;
      await this.#requests.add('leave', {}, { deadlineMs: LEAVE_TIMEOUT_MS }).catch(() => {});
    }
    this.#end(null);
  }

  async #connect(): Promise<void> {
    this.#link = 'connecting';
    this.#token ??= this.#askToken(this.#joined ? 'reconnect' : 'join');
    try {
      this.#transport ??= await this.#createTransport({
        onUp: () => {
          if (this.#link !== 'connecting') return;
          this.#cancelTimer();
          void this.#greet(false);
        },
        onDown: (failure) => this.#down(failure),
        onEvent: (data) => this.#hear(data),
      });
    } catch (error) {
      return this.#down('unreachable', error);
    }
    if (this.#state === 'closed') this.#transport.close();
    else {
      this.#transport.connect();
      if (this.#hurried && this.#link === 'connecting') this.#boundTry();
    }
  }

  #boundTry(): void {
    this.#cancelTimer();
    this.#cancelTimer = this.#clock.setTimer(HURRIED_TRY_MS, () => this.#link === 'connecting' && this.drop());
  }

  #askToken(reason: 'join' | 'expired' | 'reconnect'): Promise<string | null> {
    const token = this.#options.token(reason);
    token.catch(() => {});
    return token;
  }

  async #greet(expired: boolean): Promise<void> {
    const link = ++this.#links;
    this.#link = 'greeting';
    let raw: unknown;
    try {
      const asked = (!expired && this.#token) || this.#askToken('expired');
      this.#token = null;
      const token = await asked;
      if (link !== this.#links) return;
      const { room, nickname, rev, callTicket, availability } = this.#options;
      // A page that was loaded anew lacks everything.
      const resume = this.#ticket ? { ...this.#ticket, lastSeq: this.#joined ? this.#lastSeq : undefined, rev: rev() } : undefined;
      raw = await this.#transport?.request(
        {
          v: PROTOCOL_VERSION, id: this.#helloId, t: 'hello', versions: [PROTOCOL_VERSION], room, nickname, token: token ?? undefined, resume, callTicket: callTicket?.(),
          availability: availability?.(),
        },
        HELLO_TIMEOUT_MS,
      );
    } catch (error) {
      if (link !== this.#links) return;
      if (error instanceof RtcError && error.fatal) return this.#end(error);
      this.#down('unreachable', error);
      return this.drop();
    }
    if (link !== this.#links) return;
    this.#helloId = randomId();
    const reply = parseReply('hello', raw);
    if (!reply.ok) return this.#fail('bad-message', reply.problem);
    const answer = reply.value;
    if (answer.ok) return answer.version === PROTOCOL_VERSION ? this.#welcome(answer) : this.#fail('version-mismatch');
    if (answer.code === 'token-expired' && !expired) return void this.#greet(true);
    if (answer.code !== 'rate-limited' && answer.code !== 'unavailable') return this.#fail(answer.code, answer);
    this.#namedDelayMs = answer.retryAfterMs ?? 0;
    this.drop();
  }

  #welcome(welcome: Welcome): void {
    const { sessionId, secret, epoch, ticket } = welcome;
    const sameSession = sessionId === this.#ticket?.sessionId;
    this.#ticket = { sessionId, secret, epoch, ticket };
    if (!welcome.resumed) this.#lastSeq = welcome.seq;
    this.#link = this.#state = 'online';
    this.#joined = true;
    this.#cancelTimer = this.#clock.setTimer(STABLE_AFTER_MS, () => (this.#failures = 0));
    if (!this.#leaving) {
      this.#options.handlers.onWelcome(welcome);
      if (this.#link !== 'online') return;
      this.#enter('online', null);
    }
    this.#requests.resume(sameSession);
    for (const data of this.#early.splice(0)) this.#hear(data);
  }

  #hear(data: unknown): void {
    if (this.#link === 'greeting') this.#early.push(data);
    if (this.#link !== 'online' || this.#leaving) return;
    // The number of a directed event, also of one that this version does not know: it must not look like a gap.
    const number = (data as { s?: unknown } | null | undefined)?.s;
    const parsed = parseEvent(data);
    const event = parsed.ok ? parsed.value : null;
    if (event?.t === 'replaced' || event?.t === 'kicked') {
      // The last word whatever its number: coming back would take the place of whoever has it now.
      this.#options.handlers.onEvent(event);
      return this.#fail(event.t);
    }
    if (isWhole(number)) {
      if (number <= this.#lastSeq) return;
      if (number > this.#lastSeq + 1) return this.#wait(number, data);
      this.#lastSeq = number;
    }
    if (event) this.#tell(event);
    const next = this.#ahead.get(this.#lastSeq + 1);
    if (next && this.#ahead.delete(this.#lastSeq + 1)) this.#hear(next);
  }

  #wait(number: number, data: unknown): void {
    this.#ahead.set(number, data);
    const link = this.#links;
    const missing = this.#lastSeq + 1;
    // Lost, then. The next hello names the last event that came; the hub sends the rest again, or everything as it stands.
    this.#clock.setTimer(LATE_EVENT_MS, () => link === this.#links && this.#lastSeq < missing && this.drop());
  }

  #tell(event: ServerEvent): void {
    this.#options.handlers.onEvent(event);
    if (event.t === 'drain') this.drain(event.afterMs);
  }

  #down(failure: TransportFailure, cause?: unknown): void {
    if (this.#link === 'down') return;
    if (this.#leaving) return this.#end(null);
    if (failure !== 'unreachable') return this.#fail(failure);
    this.#disconnect();
    const delayMs = Math.max(Math.min(this.#policy(this.#failures++), this.#hurried ? HURRIED_DELAY_MS : Infinity), this.#namedDelayMs);
    this.#namedDelayMs = 0;
    this.#cancelTimer = this.#clock.setTimer(delayMs, () => void this.#connect());
    this.#enter(this.#joined ? 'reconnecting' : 'connecting', toRtcError(cause, 'server-unreachable'));
  }

  #disconnect(): void {
    this.#cancelTimer();
    this.#links++;
    this.#link = 'down';
    this.#early = [];
    this.#ahead.clear();
    this.#requests.pause();
  }

  /** Only ever while the link is up. */
  #send(message: object): Promise<unknown> {
    return this.#transport!.request({ ...message, a: this.#lastSeq }, REQUEST_TIMEOUT_MS);
  }

  #enter(state: SignalingState, error: RtcError | null): void {
    this.#state = state;
    this.#options.handlers.onState(state, error);
  }

  #fail(code: ErrorCode, cause?: unknown): void {
    this.#end(new RtcError(code, { cause, fatal: true }));
  }

  #end(error: RtcError | null): void {
    if (this.#state === 'closed') return;
    this.#state = 'closed';
    this.#ticket = null;
    this.#disconnect();
    this.#ended.abort();
    this.#transport?.close();
    this.#requests.close(error ?? new RtcError('not-joined'));
    this.#enter('closed', error);
  }
}

/** The session's line to a server: one membership over any transport. See {@link SignalingPort}; nothing happens before `start()`. */
export function createSignalingClient(
  createTransport: CreateTransport,
  options: SignalingOptions,
  policy: ReconnectPolicy = createReconnectPolicy(),
  clock: Pick<HubClock, 'setTimer'> = systemClock,
): SignalingPort {
  return new SignalingClient(createTransport, options, policy, clock);
}
