import type { RtcError } from '../base/rtc-error.js';
import type { CallQuality } from '../media/call-quality.js';
import type { Verification } from '../media/call-verification.js';
import type { EventScope } from './session-events.js';
import type { CallDirection, CallInfo, CallState, EndReason, LoggedCall, Member, RoomState } from '../protocol/codes.js';

/** What one side sends or receives at present. */
export interface MediaState {
  readonly audio: boolean;
  readonly video: boolean;
  readonly screen: boolean;
  /** The picture is held back for now: the network is too poor for it. */
  readonly paused?: boolean | undefined;
  /** This side records the call. */
  readonly recording?: boolean | undefined;
  /** This side takes no picture, so that none is sent to it. */
  readonly audioOnly?: boolean | undefined;
}

/**
 * One own device. `off`: switched off, or not wanted. `starting`: being asked for. `on`: live. `blocked`: could not be had; `error` says why, and
 * switching it on tries again. `unused`: the room or the call does not use this kind at all.
 */
export interface DeviceState {
  readonly state: 'unused' | 'off' | 'starting' | 'on' | 'blocked';
  readonly error: RtcError | null;
}

/**
 * Everything there is to draw, immutable: the same object until something changes. Time-dependent text (the running call time) is computed by whoever
 * draws, from `currentCall.connectedAt` and `clockOffsetMs`.
 */
export interface SessionSnapshot {
  readonly roomState: RoomState;
  /** Why the room failed or reconnects; null while all is well. */
  readonly roomError: RtcError | null;
  readonly room: string;
  readonly nickname: string;
  readonly localMember: Member | null;
  /** Everybody in the room, oneself included, in order of joining. */
  readonly members: readonly Member[];

  readonly callState: CallState;
  readonly direction: CallDirection | null;
  /** Null when idle; in `ended` the call that ended. */
  readonly currentCall: CallInfo | null;
  readonly endReason: EndReason | null;
  /** Of the current call, ringing in: when it ends by itself (server clock). */
  readonly expiresAt: number | null;
  /** Ringing in: when the countdown of `autoAccept` ends (server clock); null where none runs. */
  readonly autoAcceptAt: number | null;
  /** In `reconnecting`: the connection broke; and the server cannot reach the other side either; or their page went. */
  readonly reconnectCause: 'network' | 'peer-lost' | 'peer-unload' | null;
  /** The page prevented `rtc-call-incoming`: no built-in card for this call. */
  readonly cardPrevented: boolean;
  /** The tone was silenced for this call. */
  readonly silenced: boolean;

  /** Calls that are over, the newest first: at most 100, of this tab, reloads included, until it leaves the room. */
  readonly callHistory: readonly LoggedCall[];
  /** Those of them that were missed and not seen to yet. */
  readonly missedCalls: readonly LoggedCall[];

  readonly microphone: DeviceState;
  readonly camera: DeviceState;
  readonly screen: DeviceState;
  /** What the other side says it sends. */
  readonly remoteMedia: MediaState;
  /** For drawing; null while there is nothing in it. */
  readonly localStream: MediaStream | null;
  readonly remoteStream: MediaStream | null;
  /** The other's camera, while `remoteStream` shows their screen and they send both. */
  readonly besideStream?: MediaStream | null;
  /** The network of the call, as `rtc-quality` last said; `unknown` outside of a call and in its first seconds. */
  readonly quality: CallQuality;
  /** Whether the other is who they were; `unavailable` outside of a call and in its first second. */
  readonly verification: Verification;
  /** This side has announced that it records the call (`remoteMedia.recording`: the other has). */
  readonly recording: boolean;
  /** The loudspeaker chosen for the other's sound, while it is there; empty: the system's own. */
  readonly speaker: string;
  /** The browser refused to play: show a button that calls `resumePlayback()`. */
  readonly playbackBlocked: boolean;

  /** The last problem worth showing that did not end anything; null after `dismissNotice()` or when it no longer holds. */
  readonly notice: RtcError | null;
  /** Who draws the notice: the room or the call view. */
  readonly noticeScope: EventScope | null;
  /** Server clock minus this machine's clock, milliseconds. */
  readonly clockOffsetMs: number;
}

/** A picture is to be expected of whoever sends this. */
export const sendsPicture = ({ video, screen, paused }: MediaState): boolean => !paused && (video || screen);
/** There would be one, were the network better. */
export const holdsPictureBack = ({ video, screen, paused = false }: MediaState): boolean => paused && (video || screen);

export const OFF: DeviceState = { state: 'off', error: null };
export const NO_MEDIA: MediaState = { audio: false, video: false, screen: false };
export const NO_QUALITY: CallQuality = { level: 'unknown', reasons: [], rttMs: null };
export const NO_VERIFICATION: Verification = { emoji: [], words: [], state: 'unavailable' };
export const NO_LOG = { callHistory: [], missedCalls: [] } as const;
export const NO_NOTICE = { notice: null, noticeScope: null } as const;

/** Nothing joined, nothing called. */
export const IDLE_SNAPSHOT: SessionSnapshot = {
  roomState: 'idle', roomError: null, room: '', nickname: '', localMember: null, members: [],
  callState: 'idle', direction: null, currentCall: null, endReason: null, expiresAt: null, autoAcceptAt: null, reconnectCause: null, cardPrevented: false, silenced: false,
  ...NO_LOG, microphone: OFF, camera: OFF, screen: OFF, remoteMedia: NO_MEDIA, localStream: null, remoteStream: null,
  quality: NO_QUALITY, verification: NO_VERIFICATION, recording: false, speaker: '', playbackBlocked: false, ...NO_NOTICE, clockOffsetMs: 0,
};
