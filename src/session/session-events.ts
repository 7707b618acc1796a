import type { RtcError } from '../base/rtc-error.js';
import type { CallQuality } from '../media/call-quality.js';
import type { Verification } from '../media/call-verification.js';
import type { CallDirection, CallMedia, CallState, EndReason, Member, MissedCause, RoomState } from '../protocol/codes.js';
import type { ErrorCode } from '../protocol/codes.js';

// The public events with their details. The elements dispatch DOM events of these names; a headless session hands the same to `on()`.

export interface RtcRoomStateDetail {
  readonly state: RoomState;
  readonly previous: RoomState;
  readonly error?: RtcError;
}
export interface RtcMembersDetail {
  readonly members: readonly Member[];
  readonly joined: readonly Member[];
  readonly left: readonly Member[];
  readonly updated: readonly Member[];
}
/** What a call or an acceptance may ask for; left out means as the room and the invitation allow. */
export interface CallOptions {
  readonly audio?: boolean;
  readonly video?: boolean;
}
export interface RtcCallRequestDetail {
  readonly peer: Member;
  readonly media: CallMedia;
}
export interface RtcCallIncomingDetail {
  readonly callId: string;
  readonly peer: Member;
  readonly media: CallMedia;
  /** When it stops ringing, epoch milliseconds by the server's clock. */
  readonly expiresAt: number;
  accept(options?: CallOptions | null): Promise<void>;
  reject(): void;
}
export interface RtcCallStateDetail {
  readonly state: CallState;
  readonly previous: CallState;
  readonly callId: string | null;
  readonly peer: Member | null;
  readonly direction: CallDirection | null;
  readonly ringing: boolean;
  /** With `ended`. */
  readonly reason?: EndReason;
  /** With `ended`, if it was ever connected. */
  readonly durationMs?: number;
}
/** A call that nobody here took, or that did not even ring here. Once for each. */
export interface RtcCallMissedDetail {
  readonly callId: string;
  readonly peer: Member;
  /** When it was over, epoch milliseconds by the server's clock. */
  readonly at: number;
  readonly cause: MissedCause;
  /** How many there are by now that nobody has seen to (`clearMissedCalls()`). */
  readonly count: number;
}
export interface RtcMediaDetail {
  readonly source: 'local' | 'remote';
  readonly kind: 'audio' | 'video' | 'screen';
  readonly enabled: boolean;
}
export interface RtcDevicesDetail {
  readonly devices: readonly MediaDeviceInfo[];
  readonly selected: Readonly<Partial<Record<MediaDeviceKind, string>>>;
  readonly cause: 'user' | 'plugged' | 'unplugged';
}
/** Once per change of level or reasons, while a call runs. */
export type RtcQualityDetail = CallQuality;
/** Once per change, while a call runs. */
export type RtcVerificationDetail = Verification;
export interface RtcPlaybackBlockedDetail {
  resume(): Promise<void>;
}
export interface RtcErrorDetail {
  readonly code: ErrorCode;
  readonly message: string;
  readonly causes: readonly string[];
  readonly remedies: readonly string[];
  /** The room or the call cannot go on. */
  readonly fatal: boolean;
  readonly cause?: unknown;
}

/** Event name → detail. `rtc-call-request` is the list's own and never comes from a session. */
export interface SessionEventDetails {
  'rtc-room-state': RtcRoomStateDetail;
  'rtc-members': RtcMembersDetail;
  'rtc-call-incoming': RtcCallIncomingDetail;
  'rtc-call-state': RtcCallStateDetail;
  'rtc-call-missed': RtcCallMissedDetail;
  'rtc-media': RtcMediaDetail;
  'rtc-devices': RtcDevicesDetail;
  'rtc-quality': RtcQualityDetail;
  'rtc-verification': RtcVerificationDetail;
  'rtc-playback-blocked': RtcPlaybackBlockedDetail;
  'rtc-error': RtcErrorDetail;
}
export type SessionEventName = keyof SessionEventDetails;

/** Who speaks in an event: the room, or the call view (where there is one). Errors may be either. */
export type EventScope = 'room' | 'call';

/** The same object `on()` listeners and the elements get: `preventDefault()` on it counts where the event is cancelable. */
export type SessionEvent<N extends SessionEventName = SessionEventName> = CustomEvent<SessionEventDetails[N]> & { readonly type: N; readonly scope: EventScope };
