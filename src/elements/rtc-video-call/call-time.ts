import type { SessionSnapshot } from '../../session/public.js';

/** Seconds the current call has run, or did run; 0 if it was never connected. `connectedAt` is the server's clock, so this machine's is corrected. */
export function callSeconds({ currentCall, clockOffsetMs }: SessionSnapshot): number {
  if (!currentCall?.connectedAt) return 0;
  return Math.max(0, (currentCall.endedAt ?? Date.now() + clockOffsetMs) - currentCall.connectedAt) / 1000;
}

/** Seconds until the ringing call is accepted by itself. */
export function countdownSeconds({ autoAcceptAt, clockOffsetMs }: SessionSnapshot): number {
  return ((autoAcceptAt ?? 0) - Date.now() - clockOffsetMs) / 1000;
}
