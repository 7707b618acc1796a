import type { RtcSession, SessionSnapshot } from '../../session/public.js';
import type { RtcStrings } from '../strings.js';
import type { RtcVideoCall } from './rtc-video-call.component.js';

/** What the parts of the view draw from; each part is a function of it. */
export interface CallScene {
  readonly snapshot: SessionSnapshot;
  readonly session: RtcSession;
  readonly view: RtcVideoCall;
  /** The words for a key, with the other's nickname filled in. */
  say(key: keyof RtcStrings): string;
  /** Starts something whose failure the session itself tells (`rtc-error`, `notice`). */
  start(action: Promise<unknown>): void;
}
