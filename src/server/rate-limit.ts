import { TokenBucket } from '../hub/token-bucket.js';

// How much one connection may ask. A person never comes near these; a page in a loop is told to slow down, and cut off if it does not.

const REQUESTS = { perSecond: 20, burst: 60 };
/** Candidates and renegotiation come in flurries. */
const SIGNALS = { perSecond: 100, burst: 200 };
/** A page compares notes every 10 s. The answer may be a list of everybody: the dearest thing that can be asked for. */
const SYNCS = { perSecond: 1, burst: 10 };
/** A strike is a second in which this many requests had to be refused (who waits as told comes to 20 and 100) … */
const STRIKE_REFUSALS = 150;
/** … and this many strikes within the window end the connection. */
const STRIKES = 3;
const STRIKE_WINDOW_MS = 10_000;
/**
 * Everything that comes over a link, read or not: somewhat more than both buckets hold. Beyond that nothing is answered, and the link is cut at once, since
 * reading what a flooder sends is what keeps others waiting.
 */
const PACKETS = { perSecond: 150, burst: 400 };
/** A long one counts as several: reading it takes as long. */
const BYTES_PER_PACKET = 4096;

/** Each has a bucket of its own. */
export type RequestKind = 'request' | 'signal' | 'sync';
export type RateVerdict = 'pass' | { readonly retryAfterMs: number; readonly cutOff: boolean };

export class RequestRate {
  readonly #requests: TokenBucket;
  readonly #signals: TokenBucket;
  readonly #syncs: TokenBucket;
  readonly #packets: TokenBucket;
  #refusals = 0;
  #secondStart = 0;
  #strikes: number[] = [];

  constructor(now: number) {
    this.#requests = new TokenBucket(REQUESTS, now);
    this.#signals = new TokenBucket(SIGNALS, now);
    this.#syncs = new TokenBucket(SYNCS, now);
    this.#packets = new TokenBucket(PACKETS, now);
  }

  /** Counts a packet of whatever kind and of so many bytes; false: no more of this. */
  takePacket(now: number, bytes = 0): boolean {
    return this.#packets.take(now, 1 + Math.floor(bytes / BYTES_PER_PACKET)) === 0;
  }

  /** Judges one request; `now` is monotonic milliseconds. */
  take(kind: RequestKind, now: number): RateVerdict {
    const retryAfterMs = { request: this.#requests, signal: this.#signals, sync: this.#syncs }[kind].take(now);
    return retryAfterMs === 0 ? 'pass' : { retryAfterMs, cutOff: this.#strike(now) };
  }

  #strike(now: number): boolean {
    if (now - this.#secondStart >= 1000) {
      this.#secondStart = now;
      this.#refusals = 0;
    }
    this.#refusals += 1;
    if (this.#refusals !== STRIKE_REFUSALS) return false;
    this.#strikes = [...this.#strikes.filter((at) => now - at < STRIKE_WINDOW_MS), now];
    return this.#strikes.length >= STRIKES;
  }
}
