// What elements and page authors may import from this layer; the value types of the protocol come through here too.
export { createSession } from './create-session.js';
export type { CheckCode, CheckName, CheckOptions, CheckStep, CheckTexts } from './check-step.js';
export type { CallTarget, JoinOptions, KickOptions, RtcSession, SessionOptions, SimulatedFault, TokenProvider } from './session-api.js';
export type { FlightDump, FlightDumpEntry } from './flight-recorder.js';
export { holdsPictureBack, IDLE_SNAPSHOT, sendsPicture } from './session-snapshot.js';
export type { DeviceState, MediaState, SessionSnapshot } from './session-snapshot.js';
export type {
  CallOptions, EventScope, RtcCallIncomingDetail, RtcCallMissedDetail, RtcCallRequestDetail, RtcCallStateDetail, RtcDevicesDetail, RtcErrorDetail, RtcMediaDetail,
  RtcMembersDetail, RtcPlaybackBlockedDetail, RtcQualityDetail, RtcRoomStateDetail, RtcVerificationDetail, SessionEvent, SessionEventDetails, SessionEventName,
} from './session-events.js';
export type { QualityLevel, QualityReason } from '../media/call-quality.js';
export type { Verification, VerificationState } from '../media/call-verification.js';
export type { SasEmoji } from '../media/verification-emoji.js';
export type { CallDirection, CallInfo, CallMedia, CallState, EndReason, ErrorCode, LoggedCall, Member, MissedCause, RoomState } from '../protocol/codes.js';
export { parseNickname, parseRoomName } from '../protocol/names.js';
