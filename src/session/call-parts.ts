import type { RtcError } from '../base/rtc-error.js';
import type { Call } from '../call/call-state.js';
import type { LocalMediaPort } from '../media/local-media-port.js';
import type { CreatePeer, PeerPort } from '../media/peer-port.js';
import type { SignalingOptions, SignalingPort } from '../signaling/signaling-port.js';
import type { SessionStore } from './session-store.js';

/** Watches the connection of a call that has become active, until it ends. */
export type WatchQuality = (
  callId: string,
  store: SessionStore,
  calls: { readonly call: Call; readonly peer: PeerPort | null },
  media: { holdVideo(held: boolean): void },
) => void;

/** Everything a session needs of the platform. Tests inject their own. */
export interface CallParts {
  readonly createPeer: CreatePeer;
  readonly devices: LocalMediaPort;
  readonly createSignaling: (server: string, options: SignalingOptions) => SignalingPort;
  /** Fetches it; without it nothing is said of quality, and the browser's own congestion control is all there is. */
  readonly loadQuality?: () => Promise<WatchQuality>;
  /** What this page cannot do, though it may join. */
  readonly problem: RtcError | null;
}
