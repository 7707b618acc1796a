import { toCallInfo, type Call } from '../call/call-state.js';
import type { SessionEmitter } from './session-emitter.js';

/** `rtc-call-state` from the state machine's terms into the public ones. */
export function tellState(emitter: SessionEmitter, call: Call, previous: Call): void {
  const info = toCallInfo(call);
  emitter.emit('rtc-call-state', {
    state: call.phase,
    previous: previous.phase,
    callId: info?.callId ?? null,
    peer: info?.peer ?? null,
    direction: info?.direction ?? null,
    ringing: info?.ringing ?? false,
    ...(info?.reason && { reason: info.reason }),
    ...(info?.endedAt !== undefined && info.connectedAt !== undefined && { durationMs: Math.max(0, info.endedAt - info.connectedAt) }),
  }, 'call');
}
