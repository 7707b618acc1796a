export interface Pace {
  readonly perSecond: number;
  readonly burst: number;
}

/** So much at once, so much a second from then on. Times are milliseconds of any one clock. */
export class TokenBucket {
  readonly #perMs: number;
  readonly #burst: number;
  #tokens: number;
  #at: number;

  constructor({ perSecond, burst }: Pace, now: number) {
    this.#perMs = perSecond / 1000;
    this.#burst = burst;
    this.#tokens = burst;
    this.#at = now;
  }

  /** Takes one token, or more: 0, or the milliseconds until there will be so many. */
  take(now: number, count = 1): number {
    this.#fill(now);
    if (this.#tokens < count) return Math.ceil((count - this.#tokens) / this.#perMs);
    this.#tokens -= count;
    return 0;
  }

  /** What was taken was not used after all. */
  giveBack(): void {
    this.#tokens = Math.min(this.#burst, this.#tokens + 1);
  }

  /** As good as new: nothing needs to be remembered. */
  isFull(now: number): boolean {
    this.#fill(now);
    return this.#tokens === this.#burst;
  }

  #fill(now: number): void {
    // A clock of the day may be put back.
    this.#tokens = Math.min(this.#burst, this.#tokens + Math.max(0, now - this.#at) * this.#perMs);
    this.#at = now;
  }
}
