import type { RtcSession, SessionSnapshot } from '../../session/public.js';
import type { ViewStrings } from '../view-strings.js';
import type { CallApi } from './call-api.js';

/** What late-view.ts draws and does, for one view. */
export interface LateView {
  qualityBadge(scene: CallScene): unknown;
  /** Behind the nickname: that the other's microphone is off. */
  badge(scene: CallScene): unknown;
  /** Over the pictures, each in a place of its own. */
  corner(scene: CallScene): unknown;
  /** Pictures and buttons in a window of their own, from a click or key; null where the browser has none. */
  openWindow(): Promise<void> | null;
  /** A problem that ends nothing, the alarm, or why a picture is missing; else null. */
  banner(scene: CallScene): unknown;
  /** The state in words. */
  reconnecting(cause: NonNullable<SessionSnapshot['reconnectCause']>): string;
  /** Beneath the state in words: when the call is accepted by itself, or how long it was. */
  beneath(scene: CallScene): unknown;
  /** After every drawing. */
  drawn(): void;
  /** A key was pressed somewhere on the page. */
  press(event: KeyboardEvent): void;
  /** What the button of that name opens: always at hand in a call, since the server that it would be fetched from may be away. */
  readonly settings: SettingsView;
}

/** The panel of devices and volume. */
export interface SettingsView {
  readonly isOpen: boolean;
  toggle(): void;
  render(scene: CallScene): unknown;
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
  /** What is said of the network and of identities, once there is something to say. */
  readonly late: LateView | null;
  /** Opens or closes it. */
  toggleSettings(): unknown;
  /** The words for a key, with the other's nickname filled in. */
  say(key: keyof ViewStrings): string;
}
