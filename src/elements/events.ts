import type { RtcCallRequestDetail, SessionEventDetails } from '../session/public.js';

// The DOM events of the three elements: what a session says, and the one request that comes from the member list. All bubble and are composed.

/** Event name → detail. */
export interface RtcEventDetails extends SessionEventDetails {
  'rtc-call-request': RtcCallRequestDetail;
}
/** Event name → event, for typed listeners. */
export type RtcEventMap = { [N in keyof RtcEventDetails]: CustomEvent<RtcEventDetails[N]> };

declare global {
  interface GlobalEventHandlersEventMap extends RtcEventMap {}
}

/** Dispatches at `target`; false if a listener prevented the default. A copy is heard at the target only. */
export function send<N extends keyof RtcEventDetails>(target: EventTarget, name: N, detail: RtcEventDetails[N], copy: boolean, cancelable: boolean): boolean {
  return target.dispatchEvent(new CustomEvent(name, { detail, cancelable, bubbles: !copy, composed: !copy }));
}
