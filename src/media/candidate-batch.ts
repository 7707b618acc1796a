import { MAX_CANDIDATES_PER_SIGNAL } from '../protocol/limits.js';
import type { Candidate } from '../protocol/messages.js';

const INTERVAL_MS = 100;

/**
 * Gathers local candidates into few messages and keeps them behind the description that they belong to: nothing leaves while held. The first batch after a
 * release goes at once, with all that was gathered by then; later ones every 100 ms.
 */
export class CandidateBatch {
  readonly #send: (candidates: Candidate[]) => void;
  #waiting: Candidate[] = [];
  #timer: ReturnType<typeof setTimeout> | undefined;
  #held = true;
  #delayMs = 0;

  constructor(send: (candidates: Candidate[]) => void) {
    this.#send = send;
  }

  add(candidate: Candidate): void {
    this.#waiting.push(candidate);
    this.#arm();
  }

  /** A description is being made: what is gathered now must not overtake it. (Or the connection is closed: there is nobody to send to.) */
  hold(): void {
    this.#held = true;
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  /** The description was handed out. */
  release(): void {
    this.#held = false;
    this.#delayMs = 0;
    this.#arm();
  }

  #arm(): void {
    if (this.#held || this.#timer !== undefined || this.#waiting.length === 0) return;
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      this.#delayMs = INTERVAL_MS;
      this.#send(this.#waiting.splice(0, MAX_CANDIDATES_PER_SIGNAL));
      this.#arm();
    }, this.#delayMs);
  }
}
