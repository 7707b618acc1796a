import type { SasEmoji } from './verification-emoji.js';

/**
 * `unavailable`: there is nothing to compare (yet, or because the other side does not take part as it should). `unverified`: compare the emoji. `verified`: this person
 * said so of this identity of theirs, now or in an earlier call. `changed`: of somebody verified, another identity than then: another device or browser of theirs, one
 * that was reset, or somebody in between.
 */
export type VerificationState = 'unavailable' | 'unverified' | 'verified' | 'changed';

/** Whether the two ends of a call are each other's. */
export interface Verification {
  /** Seven, the same on both sides; none while `unavailable`, and for a moment after the connection was renewed. */
  readonly emoji: readonly SasEmoji[];
  /** Their English names, for whoever reads them out. */
  readonly words: readonly string[];
  readonly state: VerificationState;
}
