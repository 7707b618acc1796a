import type { RtcSession, SessionSnapshot } from '../../session/public.js';
import type { ViewStrings } from '../view-strings.js';
import type { CallApi } from './call-api.js';

/** What quality-view.ts draws. */
export interface QualityView {
  qualityBadge(scene: CallScene): unknown;
  pausedWords(scene: CallScene): string;
  countdown(scene: CallScene): unknown;
  countdownSaid(scene: CallScene): string;
}

/** What the parts of the view draw from; each part is a function of it. */
export interface CallScene {
  readonly snapshot: SessionSnapshot;
  readonly session: RtcSession;
  readonly view: CallApi;
  /** There are sound and picture, or there were until the network failed. */
  readonly connected: boolean;
  /** The other's picture has arrived and is meant to be seen. */
  readonly picture: boolean;
  /** The other has switched the microphone off in this call. */
  readonly muted: boolean;
  /** What is said of the network, once there is something to say. */
  readonly quality: QualityView | null;
  /** The words for a key, with the other's nickname filled in. */
  say(key: keyof ViewStrings): string;
}
