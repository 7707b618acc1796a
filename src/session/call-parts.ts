import type { RtcError } from '../base/rtc-error.js';
import type { Call } from '../call/call-state.js';
import type { LocalMediaPort } from '../media/local-media-port.js';
import type { CreatePeer, PeerPort, SasMessage } from '../media/peer-port.js';
import type { SignalingOptions, SignalingPort } from '../signaling/signaling-port.js';
import type { CallInfo } from '../protocol/codes.js';
import type { EventOf } from '../protocol/messages.js';
import type { MediaState } from './session-snapshot.js';
import type { SessionStore } from './session-store.js';

/** Who tells the page. */
export interface CallTeller {
  /** After each step and its effects. */
  stepped(call: Call, previous: Call): void;
  /** What the other side says it sends. */
  heard(media: MediaState): void;
  /** What could not be done about a call. True if somebody waited for it and is told by this. */
  refused(callId: string, error: RtcError): boolean;
}

/** Watches the connection of a call that has become active, until it ends: how good it is, and who is at its other end. */
export type WatchCall = (callId: string, store: SessionStore, calls: VerifiedCalls, media: WatchedMedia) => void;

export interface WatchedCalls {
  readonly call: Call;
  readonly peer: PeerPort | null;
}
export interface WatchedMedia {
  holdVideo(held: boolean): void;
}

/** A call that is over, as this side has it, or the hub's word of it; or that missed calls have been seen to: those of a member, or all. */
export type LogEntry = { readonly call: CallInfo } | EventOf<'call' | 'missed'> | { readonly seen: string | undefined };
/** Puts calls into the history of the tab (none: shows what is kept of it) and says which were missed. Each is told as often as one likes. */
export type LogCalls = (store: SessionStore, entries: readonly LogEntry[]) => void;

/** What no call waits for. */
export interface CallWatch {
  readonly watchCall: WatchCall;
  readonly logCalls: LogCalls;
}

/** What verification needs to know of the calls, and what it hears from them. */
export interface VerifiedCalls extends WatchedCalls {
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
  /** Fetches it; without it nothing is said of quality, the browser's own congestion control is all there is, verification is `unavailable`, and no call is kept. */
  readonly loadWatch?: () => Promise<CallWatch>;
  /** The identity of this browser: another one, from the next connection on. */
  readonly resetIdentity?: () => Promise<void>;
  /** What this page cannot do, though it may join. */
  readonly problem: RtcError | null;
}
