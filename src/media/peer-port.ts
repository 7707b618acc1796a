import type { Candidate, Description, HangupReason } from '../protocol/messages.js';

// What the session knows of a peer connection. peer.ts implements it and is the only file that names RTCPeerConnection.

/** What one side says over the control data channel (negotiated, id 0, ordered). It goes on working while the server is down. */
export type ControlMessage =
  | { readonly t: 'bye'; readonly reason: 'unload' | HangupReason }
  /** What this side sends at present. Said once when the channel opens and after every change. `paused`: the picture is held back, for a poor network. `recording`: this side records the call. `audioOnly`: it takes no picture. */
  | { readonly t: 'media'; readonly audio: boolean; readonly video: boolean; readonly screen: boolean; readonly paused?: boolean | undefined; readonly recording?: boolean | undefined; readonly audioOnly?: boolean | undefined }
  | SasMessage;

/** Verification (see verification.ts): the caller commits, the callee says its nonce, the caller reveals its own. */
export interface SasMessage {
  readonly t: 'sas';
  readonly step: 'commit' | 'nonce' | 'reveal';
  readonly value: string;
}

export interface PeerHandlers {
  /** Local candidates, in batches (first flush with or right after the description, then every 100 ms). Not called for a callee before `commitAnswer()`. */
  onCandidates(candidates: Candidate[]): void;
  /** A description of a renegotiation after set-up, to be sent to the other side. */
  onDescription(description: Description): void;
  onState(state: RTCPeerConnectionState): void;
  onControl(message: ControlMessage): void;
  /** The control channel is open: messages can be sent. */
  onControlOpen(): void;
  /** The first remote track arrived, or the set of remote tracks changed. */
  onRemoteStream(stream: MediaStream): void;
  /** Something in the connection failed that has no caller to reject to (renegotiation). */
  onFailure(error: unknown): void;
}

export interface PeerOptions {
  readonly iceServers: readonly RTCIceServer[];
  readonly iceTransportPolicy: 'all' | 'relay';
  readonly handlers: PeerHandlers;
  /** Whom this side shows itself as, asked when the connection is made. Nothing, or left out: somebody new. */
  readonly certificate?: () => Promise<RTCCertificate | void>;
}

/**
 * One connection to one other person. Set-up is either `offer()` then `acceptAnswer()`, or `prepareAnswer()` then `commitAnswer()`; after the first stable
 * state renegotiation is perfect negotiation (the answerer is polite). Rejections are RtcErrors: `bad-description`, `too-many-connections`, `unavailable`.
 */
export interface PeerPort {
  /** Caller: audio and video `sendrecv`, control channel; sets the local description and starts gathering. Resolves with the SDP to send. */
  offer(): Promise<string>;
  /** Caller: the answer came. Remote candidates that waited are added. */
  acceptAnswer(sdp: string): Promise<void>;
  /**
   * Callee, while it rings: sets the offer, creates the answer once; no local description, nothing gathered, nothing sent. Resolves with the
   * SDP to send on accept.
   */
  prepareAnswer(offer: string): Promise<string>;
  /** Callee, on accept: sets exactly the prepared answer; gathering starts, remote candidates that waited are added. */
  commitAnswer(): Promise<void>;
  /** Callee: the ring was not accepted; rolls back so that the connection can serve the next ring. Only before `commitAnswer()`. */
  rollback(): Promise<void>;
  /** Remote candidates; queued until the connection may use them. Garbage is dropped and reported to `onFailure`. */
  addCandidates(candidates: readonly Candidate[]): void;
  /** A remote description of a renegotiation (perfect negotiation). */
  acceptDescription(description: Description): Promise<void>;
  /** What is sent: a track, or null for nothing. `replaceTrack`, never a renegotiation. May be called before set-up; the latest wins. */
  setTrack(kind: 'audio' | 'video', track: MediaStreamTrack | null): Promise<void>;
  /** Says nothing while the channel is not open. */
  sendControl(message: ControlMessage): void;
  /** `iceServers`: from now on; those given at the beginning may have expired. False: not between these two browsers, where only another connection helps. */
  restartIce(iceServers?: readonly RTCIceServer[]): boolean;
  /** Whether the remote video track is in `remoteStream`. A media element waits for the first picture before it plays any sound: without one coming, it must not be there. */
  showVideo(on: boolean): void;
  /** The remote tracks in a stream of our own; the same object for the connection's life. */
  readonly remoteStream: MediaStream;
  /** Escape hatch for page authors. Null before `offer()` or `prepareAnswer()` has made it (which may take a moment) and after `close()`. */
  readonly connection: RTCPeerConnection | null;
  /** Nulls every handler, stops nothing that is not its own, drops the connection. Safe to repeat. */
  close(): void;
}

export type CreatePeer = (options: PeerOptions) => PeerPort;
