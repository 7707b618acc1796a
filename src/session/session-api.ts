import type { CallInfo, Member } from '../protocol/codes.js';
import type { FlightDump } from './flight-recorder.js';
import type { SessionSnapshot } from './session-snapshot.js';
import type { CallOptions, SessionEvent, SessionEventName } from './session-events.js';

/** Whom to call: a member's id, or a person by user id, or anyone of a role. */
export type CallTarget = string | { readonly userId: string } | { readonly role: string };

export type TokenProvider = (request: { readonly room: string; readonly reason: 'join' | 'expired' | 'reconnect'; readonly signal: AbortSignal }) => Promise<string>;

/** Instead of the session's own. */
export interface JoinOptions {
  readonly nickname?: string | null | undefined;
  readonly token?: string | null | undefined;
}
export interface KickOptions {
  /** 3600; 0: may come back at once. */
  readonly banSeconds?: number | null | undefined;
}

/**
 * What `simulate()` can do. `drop-signaling`: the link to the server breaks, and comes back. `half-open`: it stays up and carries nothing any more, either way, until the
 * heartbeat (10 s) or a request (6 s) notices. `server-drain`: it is left, as when the server says that it stops, and taken up again. `lose-session`: the server knows this
 * session no more: back as a new member. `ice-fail`: the connection of the call is dead. `peer-unload`: this page goes into the back/forward cache and is back 2 s later.
 */
export type SimulatedFault = 'drop-signaling' | 'half-open' | 'server-drain' | 'lose-session' | 'ice-fail' | 'peer-unload';

/** What `createSession()` takes and the room element sets: the room's properties by the same names. */
export interface SessionOptions {
  /** Absolute, or relative to the document; a path is a folder; `local:` = no server, tabs of this browser. Default: the page's origin (the CDN build: its own folder). */
  server?: string;
  room?: string;
  nickname?: string;
  token?: string;
  tokenProvider?: TokenProvider | null;
  /** The most that is ever captured: `audio video` (default), `audio`, `none`. */
  media?: string;
  facingMode?: string;
  iceTransportPolicy?: RTCIceTransportPolicy;
  iceServers?: readonly RTCIceServer[];
  constraints?: MediaStreamConstraints;
  /** Seconds; the server clamps it. */
  ringTimeout?: number;
  /** Sends and takes no video. */
  audioOnly?: boolean;
  /** Seconds the ended state lasts before idle; 0 = until dismissed. Default 8. */
  endedTimeout?: number;
  /** Calls start with the own microphone / camera off. */
  micOff?: boolean;
  cameraOff?: boolean;
  /** What yields last on a poor network. Default `audio`: the picture shrinks, then pauses, so that the sound gets through. */
  priority?: 'audio' | 'video';
  /** Nobody may ring here; a caller reads `rejected`, as of a person. Nobody is told. */
  doNotDisturb?: boolean;
  /** Takes every call by itself, after a countdown of 3 s (`autoAcceptAt` in the snapshot) while the page is shown; `reject()` ends both. */
  autoAccept?: boolean;
  /** Tells apart two rooms of one page and server in this tab's storage (the room element passes its id). */
  storageKey?: string;
}

/**
 * One membership and one call at a time, without any drawing. Methods reject with `RtcError` only; an outcome of a call (busy, rejected, no answer)
 * never rejects.
 */
export interface RtcSession {
  /** Immutable; the same object until something changes (fits React's `useSyncExternalStore`). */
  getSnapshot(): SessionSnapshot;
  /** Called after every change of the snapshot. Returns the way to stop. */
  subscribe(listener: () => void): () => void;
  on<N extends SessionEventName>(name: N, listener: (event: SessionEvent<N>) => void, options?: { signal?: AbortSignal }): void;

  /** The present options; a changed `server` or `room` rejoins, a changed token or `iceServers` while `failed` tries again, nothing else drops a call. */
  readonly options: Readonly<SessionOptions>;
  configure(changes: SessionOptions): void;

  /** Rejects: `nickname-invalid`, `room-invalid`, `server-invalid`, `unauthorized`, `room-full`, `origin-refused`, `version-mismatch` … An unreachable server is tried again for ever, and said (`rtc-error`). */
  join(options?: JoinOptions | null): Promise<Member>;
  /** Ends a call (`hangup`), leaves the room, forgets the nickname of this tab. */
  leave(): Promise<void>;
  /** The nickname this tab last joined with, if any: a reload rejoins without asking. */
  rememberedNickname(): string | null;

  /**
   * From now on this member cannot ring here: their calls end at once with `rejected`, as with `doNotDisturb`. A call that runs goes on. A member with a user id stays
   * blocked as another member too; kept for this tab, reloads included. Resolves when the server knows. Rejects: `not-joined`, `too-large` (100 are blocked already).
   */
  block(id: string): Promise<void>;
  unblock(id: string): Promise<void>;
  /**
   * Sends a member out of the room, for a moderator (a claim of the token). They read room `failed`, `kicked`, and stay out for `banSeconds` (default 3600; 0: may come
   * back at once): their session, their tickets and every token of their user are refused. Rejects: `unauthorized`, `member-not-found`, `not-joined`.
   */
  kick(id: string, options?: KickOptions | null): Promise<void>;

  /** Resolves when the server has taken the invitation (whatever comes of it). Rejects: `not-joined`, `member-not-found`, `unavailable` (already in a call, or oneself) … */
  call(target: CallTarget, options?: CallOptions | null): Promise<CallInfo>;
  /** Resolves when the call is active. Rejects: `call-not-found`, `too-late`, `ice-failed` … */
  accept(options?: CallOptions | null): Promise<void>;
  reject(): void;
  /** Cancels while ringing out, rejects while ringing in; harmless when nothing runs. */
  hangup(): void;
  /** From `ended` to `idle` at once. */
  dismissEnded(): void;
  dismissNotice(): void;
  /** Those that were missed (`missedCalls` of the snapshot) have been seen to: all, or those of one member. They stay in `callHistory`. */
  clearMissedCalls(memberId?: string): Promise<void>;
  /**
   * Asks the person, from a click or a key, whether the browser may notify of calls that come in while the page is hidden; resolves with whether it may. Nothing asks by
   * itself. Not shown for a call whose `rtc-call-incoming` the page prevents.
   */
  enableNotifications(): Promise<boolean>;
  silence(): void;
  /** Resolves with the new state (true = on). Rejects with the device's error when it cannot be had. */
  toggleMicrophone(force?: boolean): Promise<boolean>;
  toggleCamera(force?: boolean): Promise<boolean>;
  toggleScreenShare(force?: boolean): Promise<boolean>;
  /**
   * Another camera, microphone or loudspeaker (the empty id: the system's own), now if it is in use and for what follows; what is muted or off stays so. Remembered in this
   * browser, but for a camera that faces away. The loudspeaker is for whoever plays the sound: `speaker` of the snapshot, `rtc-devices`. Rejects with the device's error; what was in use goes on.
   */
  setDevice(kind: MediaDeviceKind, deviceId: string): Promise<void>;
  devices(): Promise<readonly MediaDeviceInfo[]>;
  getStats(): Promise<RTCStatsReport | null>;
  restartIce(): Promise<void>;
  /**
   * What the person says of the emoji (`verification` of the snapshot) after comparing them with the other: `true` remembers the other's identity in this browser
   * (state `verified`, in later calls too), `false` forgets it. Rejects: `unavailable` (no emoji to compare), `call-not-found` (not joined yet).
   */
  verify(matches: boolean): Promise<void>;
  /**
   * Forgets the certificate by which others know this browser on this origin; connections from now on are somebody new, and whoever has verified this browser is warned
   * (where the server authenticates people). Other open tabs keep the old one until they are loaded again. Whom this browser has verified stays verified. Rejects: `not-joined` before the first `join()`.
   */
  resetIdentity(): Promise<void>;
  /**
   * For whatever records the call: the other side is told, and shows it, until this is called with `false` or the call is over. Without effect outside of a call.
   * It records nothing by itself.
   */
  announceRecording(on: boolean): void;
  /** After `rtc-playback-blocked`, from a click or tap. */
  resumePlayback(): Promise<void>;
  /** What needs a picture on the page is the call view's: a session alone rejects with `unavailable`. */
  requestPictureInPicture(): Promise<PictureInPictureWindow>;
  requestFullscreen(): Promise<void>;
  /** Supplied by add-ons; until then they reject with `addon-missing`. */
  screenshot(options?: object): Promise<Blob>;
  startRecording(options?: object): Promise<void>;
  stopRecording(): Promise<Blob>;
  sendMessage(text: string): Promise<void>;
  sendFile(file: File): Promise<void>;
  /** Escape hatch; null without a call. */
  readonly peerConnection: RTCPeerConnection | null;

  /**
   * Does a fault to this session, for a page's own tests; resolves when it is done, and what follows shows in states and events as ever. Its code is fetched only then.
   * Rejects: `unavailable` (no fault of that name; the message lists them), `not-joined`, `call-not-found` (`ice-fail` without a call), `server-unreachable` (its code
   * could not be fetched).
   */
  simulate(fault: SimulatedFault): Promise<void>;
  /**
   * The flight recorder: the last 300 events, effects and states of calls, room and signaling as plain data for `JSON.stringify`, without secrets, names, addresses,
   * session descriptions, candidates, tickets and tokens. Works in every state. Its code is fetched at the first dump, which rejects with `server-unreachable` where that
   * fails; nothing recorded is lost by it.
   */
  dump(): Promise<FlightDump>;

  /** A drawing layer says that its media element was refused playback; `retry` plays again. */
  reportPlaybackBlocked(retry: () => Promise<void>): void;
  /** A drawing layer that shows how a call has ended: as often as `endedTimeout` is over while `isRead()`, it begins anew. Asked once or often, it counts once. */
  holdEnded(isRead: () => boolean): void;

  /** Leaves, releases every device and listener. Final. */
  dispose(): void;
}
