import type { RtcError } from '../base/rtc-error.js';
import type { SessionOptions } from './session-api.js';

/** In this order. */
export type CheckName = 'microphone' | 'camera' | 'speaker' | 'server' | 'direct' | 'relay';
/** What a step found; each has its sentence. */
export type CheckCode = keyof typeof import('./check-texts.js').CHECK_TEXTS;

/** One step, twice: when it begins, and when it is over. */
export interface CheckStep {
  readonly step: CheckName;
  readonly state: 'running' | 'passed' | 'failed';
  /** What was found; null while it runs. */
  readonly code: CheckCode | null;
  /** What that means: a sentence for people, English. Empty while it runs. */
  readonly message: string;
  /** What to do about it, English; empty unless it failed. */
  readonly remedies: readonly string[];
  /** What failed, where an error says it: a device's, or the server's. */
  readonly error: RtcError | null;
}

/** The room's properties by the same names, of which these count, and what to check. */
export interface CheckOptions extends Pick<SessionOptions, 'server' | 'room' | 'token' | 'tokenProvider' | 'iceServers' | 'media' | 'constraints' | 'facingMode'> {
  /** Which steps. Default: all that `media` has a use for. */
  readonly steps?: readonly CheckName[];
  /** Ends it: every device is released, nothing more is said. */
  readonly signal?: AbortSignal;
}
