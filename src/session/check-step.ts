import type { RtcError } from '../base/rtc-error.js';
import type { SessionOptions } from './session-api.js';

type Texts = typeof import('./check-texts.js');
/** In this order. */
export type CheckName = keyof Texts['CHECK_NAMES'];
/** What a step found; each has its sentence. */
export type CheckCode = keyof Texts['CHECK_FINDINGS'];
/** What a language has to say of a check. */
export type CheckTexts = Readonly<Record<CheckName | CheckCode, string>>;

/** One step, twice: when it begins, and when it is over. */
export interface CheckStep {
  readonly step: CheckName;
  /** What is checked, for people: “Microphone”. */
  readonly label: string;
  readonly state: 'running' | 'passed' | 'failed';
  /** What was found; null while it runs. */
  readonly code: CheckCode | null;
  /** What that means: a sentence for people. Empty while it runs. */
  readonly message: string;
  /** What to do about it, for people; empty unless it failed. */
  readonly remedies: readonly string[];
  /** What failed, where an error says it: a device's, or the server's. */
  readonly error: RtcError | null;
}

/** The room's properties by the same names, of which these count, and what to check. */
export interface CheckOptions extends Pick<SessionOptions, 'server' | 'room' | 'token' | 'tokenProvider' | 'iceServers' | 'media' | 'constraints' | 'facingMode'> {
  /** Which steps. Default: all that `media` has a use for. */
  readonly steps?: readonly CheckName[];
  /** The language of what is for people, a BCP 47 tag. Default: the document's. There are those that the elements have; any other is English. */
  readonly lang?: string;
  /** Ends it: every device is released, nothing more is said. */
  readonly signal?: AbortSignal;
}
