import type { RtcError } from '../base/rtc-error.js';
import type { Call } from '../call/call-state.js';
import type { LocalMediaPort } from '../media/local-media-port.js';
import type { CreatePeer, PeerPort, SasMessage } from '../media/peer-port.js';
import type { SignalingOptions, SignalingPort } from '../signaling/signaling-port.js';
import type { SessionStore } from './session-store.js';

/** Watches the connection of a call that has become active, until it ends. */
export type WatchQuality = (
  callId: string,
  store: SessionStore,
  calls: { readonly call: Call; readonly peer: PeerPort | null },
  media: { holdVideo(held: boolean): void },
) => void;

/** Compares the identities of both sides of a call that has become active, on each of its connections, until it ends. */
export type WatchVerification = (callId: string, store: SessionStore, calls: VerifiedCalls) => void;

/** What verification needs to know of the calls, and what it hears from them. */
export interface VerifiedCalls {
  readonly call: Call;
  readonly peer: PeerPort | null;
  verifier: CallVerifier | null;
  /** What the other side said to it while it was not there yet. */
  readonly earlySas: SasMessage[];
}

export interface CallVerifier {
  /** The control channel of a connection is open. */
  opened(): void;
  heard(message: SasMessage): void;
  /** What the person says of the emoji. Rejects with `unavailable` where there are none. */
  confirm(matches: boolean): Promise<void>;
}

/** Everything a session needs of the platform. Tests inject their own. */
export interface CallParts {
  readonly createPeer: CreatePeer;
  readonly devices: LocalMediaPort;
  readonly createSignaling: (server: string, options: SignalingOptions) => SignalingPort;
  /** Fetches it; without it nothing is said of quality, and the browser's own congestion control is all there is. */
  readonly loadQuality?: () => Promise<WatchQuality>;
  /** Fetches it; without it verification is `unavailable`. */
  readonly loadVerification?: () => Promise<WatchVerification>;
  /** The identity of this browser: another one, from the next connection on. */
  readonly resetIdentity?: () => Promise<void>;
  /** What this page cannot do, though it may join. */
  readonly problem: RtcError | null;
}
