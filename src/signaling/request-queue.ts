import { RtcError } from '../base/rtc-error.js';
import type { HubClock } from '../hub/ports.js';
import { PROTOCOL_VERSION, REQUEST_TIMEOUT_MS } from '../protocol/limits.js';
import type { OkReply, RequestFields, RequestType } from '../protocol/messages.js';
import { parseReply } from '../protocol/parse.js';
import { randomId } from '../base/random-id.js';
import type { SignalingPort } from './signaling-port.js';

/** More than a call can need at once; a page that asks faster than the network answers hears so. */
const MAX_WAITING = 256;
const SENDS_PER_LINK = 2;
/** A request no link ever answers, while others are answered on them, fails alone instead of tearing the link down for ever. */
const MAX_SILENT_LINKS = 3;

type Lane = 'signal' | 'other';
const laneOf = ({ type }: { readonly type: RequestType }): Lane => (type === 'signal' ? type : 'other');

interface WaitingRequest {
  readonly type: RequestType;
  readonly message: object;
  sent: boolean;
  unanswered: number;
  silentLinks: number;
  inFlight: boolean;
  /** Judges a raw acknowledgement; the delay after which to ask again, or null: settled. */
  answer(raw: unknown): number | null;
  fail(error: RtcError): void;
}

/** One id for the request's whole life, so that the hub does it once however often it is sent. */
export function requestMessage<T extends RequestType>(type: T, fields: RequestFields<T>): object {
  return { ...fields, v: PROTOCOL_VERSION, id: randomId(), t: type };
}

/** What was asked and not answered yet. */
export class RequestQueue {
  readonly #sendNow: (message: object) => Promise<unknown>;
  readonly #onSilent: () => void;
  readonly #clock: Pick<HubClock, 'setTimer'>;
  readonly #waiting = new Set<WaitingRequest>();
  /** Too fast for the server, which counts signals apart: one after the other from here on, so that none overtakes another, until none waits. Ends the pause. */
  readonly #slow = new Map<Lane, () => void>();
  /** Counts links, odd while one is open: an acknowledgement that fails belongs to the link it was asked on. */
  #round = 0;

  /** `onSilent`: a request stayed without an acknowledgement twice in a row on a link that looks up: half-open. */
  constructor(sendNow: (message: object) => Promise<unknown>, onSilent: () => void, clock: Pick<HubClock, 'setTimer'>) {
    this.#sendNow = sendNow;
    this.#onSilent = onSilent;
    this.#clock = clock;
  }

  add<T extends RequestType>(type: T, fields: RequestFields<T>, { deadlineMs, signal }: Parameters<SignalingPort['request']>[2] = {}): Promise<OkReply<T>> {
    return new Promise((resolve, reject) => {
      const aborted = (): RtcError => new RtcError('unavailable', { cause: signal?.reason });
      if (signal?.aborted) return reject(aborted());
      if (this.#waiting.size >= MAX_WAITING) return reject(new RtcError('rate-limited'));
      const settled = new AbortController();
      const settle = (): void => {
        this.#waiting.delete(request);
        cancelDeadline?.();
        settled.abort();
      };
      const fail = (error: RtcError): void => {
        settle();
        reject(error);
      };
      const request: WaitingRequest = {
        type,
        message: requestMessage(type, fields),
        sent: false,
        unanswered: 0,
        silentLinks: 0,
        inFlight: false,
        fail,
        answer(raw) {
          const parsed = parseReply(type, raw);
          if (!parsed.ok) fail(new RtcError('bad-message', { cause: parsed.problem }));
          else if (parsed.value.ok) {
            settle();
            resolve(parsed.value);
          } else {
            const { code, retryAfterMs = 1000 } = parsed.value;
            // What takes longer is for whoever asked to know: nobody expects a call to ring a minute after it was made.
            if (code === 'rate-limited' && retryAfterMs <= REQUEST_TIMEOUT_MS) return retryAfterMs;
            fail(new RtcError(code, { cause: parsed.value }));
          }
          return null;
        },
      };
      signal?.addEventListener('abort', () => fail(aborted()), { signal: settled.signal });
      const cancelDeadline = deadlineMs === undefined ? null : this.#clock.setTimer(deadlineMs, () => fail(new RtcError('server-unreachable')));
      this.#waiting.add(request);
      if (this.#round % 2 && !this.#slow.has(laneOf(request))) void this.#send(request);
    });
  }

  /**
   * The link is up and greeted: everything that waits is sent. In a new session an invitation that may have been carried out in the old one fails instead: it
   * would ring somebody for a call that the server has forgotten once already.
   */
  resume(sameSession: boolean): void {
    this.#round++;
    for (const request of [...this.#waiting]) {
      request.unanswered = 0;
      if (!sameSession && request.sent && request.type === 'invite') request.fail(new RtcError('unavailable'));
      else void this.#send(request);
    }
  }

  pause(): void {
    if (this.#round % 2) this.#round++;
    for (const stop of this.#slow.values()) stop();
    this.#slow.clear();
    for (const request of this.#waiting) request.inFlight = false;
  }

  close(error: RtcError): void {
    this.pause();
    for (const request of [...this.#waiting]) request.fail(error);
  }

  async #send(request: WaitingRequest): Promise<void> {
    const round = this.#round;
    const lane = laneOf(request);
    request.sent = request.inFlight = true;
    try {
      const raw = await this.#sendNow(request.message);
      const retryMs = this.#waiting.has(request) ? request.answer(raw) : null;
      if (round !== this.#round) return;
      request.inFlight = false;
      if (retryMs !== null) {
        this.#slow.get(lane)?.();
        this.#slow.set(lane, this.#clock.setTimer(retryMs, () => this.#next(lane)));
        return;
      }
    } catch {
      if (round !== this.#round) return;
      request.inFlight = false;
      if (this.#waiting.has(request)) {
        if (++request.unanswered < SENDS_PER_LINK) return void this.#send(request);
        if (++request.silentLinks < MAX_SILENT_LINKS) return this.#onSilent();
        request.fail(new RtcError('server-unreachable'));
      }
    }
    this.#next(lane);
  }

  /** In a slow lane: the first that waits, once nothing is on its way. */
  #next(lane: Lane): void {
    if (!this.#slow.has(lane)) return;
    const waiting = [...this.#waiting].filter((request) => laneOf(request) === lane);
    if (waiting.some(({ inFlight }) => inFlight)) return;
    if (waiting[0]) void this.#send(waiting[0]);
    else this.#slow.delete(lane);
  }
}
