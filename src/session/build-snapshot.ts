import type { RtcError } from '../base/rtc-error.js';
import { toCallInfo, type Call } from '../call/call-state.js';
import type { OwnMedia } from './own-media.js';
import type { RoomMembership } from './room-membership.js';
import type { SessionOptions } from './session-api.js';
import type { EventScope } from './session-events.js';
import { IDLE_SNAPSHOT, type MediaState, type SessionSnapshot } from './session-snapshot.js';

export interface SnapshotSources {
  readonly room: RoomMembership;
  readonly options: Readonly<SessionOptions>;
  readonly call: Call;
  readonly media: OwnMedia | null;
  readonly remoteMedia: MediaState;
  readonly remoteStream: MediaStream | null;
  readonly expiresAt: number | null;
  readonly silenced: boolean;
  readonly cardPrevented: boolean;
  readonly playbackBlocked: boolean;
  readonly notice: { readonly error: RtcError; readonly scope: EventScope } | null;
}

/** One immutable picture of everything, from those who know the parts. */
export function buildSnapshot(from: SnapshotSources): SessionSnapshot {
  const { room, call, media } = from;
  const currentCall = toCallInfo(call);
  return Object.freeze({
    roomState: room.state,
    roomError: room.error,
    room: from.options.room ?? '',
    nickname: room.nickname,
    localMember: room.localMember,
    members: room.members,
    callState: call.phase,
    direction: currentCall?.direction ?? null,
    currentCall,
    endReason: currentCall?.reason ?? null,
    expiresAt: call.phase === 'incoming' ? from.expiresAt : null,
    reconnectCause: call.phase === 'reconnecting' ? call.cause : null,
    cardPrevented: from.cardPrevented,
    silenced: from.silenced,
    microphone: media?.microphone ?? IDLE_SNAPSHOT.microphone,
    camera: media?.camera ?? IDLE_SNAPSHOT.camera,
    screen: media?.screen ?? IDLE_SNAPSHOT.screen,
    remoteMedia: from.remoteMedia,
    localStream: media?.stream ?? null,
    remoteStream: from.remoteStream,
    playbackBlocked: from.playbackBlocked,
    notice: from.notice?.error ?? null,
    noticeScope: from.notice?.scope ?? null,
    clockOffsetMs: room.clockOffsetMs,
  });
}
