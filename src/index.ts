/** Registers the three elements. Under Node nothing is registered and nothing throws. */
export { RtcMemberList } from './elements/rtc-member-list/rtc-member-list.js';
export { RtcVideoCall } from './elements/rtc-video-call/rtc-video-call.js';
export { RtcRoom } from './elements/rtc-room/rtc-room.js';
export type { RtcEventDetails, RtcEventMap } from './elements/events.js';
export type { RtcStrings } from './elements/strings.js';
export { createSession } from './session/public.js';
export type * from './session/public.js';
export { RtcError } from './base/rtc-error.js';
