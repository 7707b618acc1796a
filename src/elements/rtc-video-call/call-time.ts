import type { SessionSnapshot } from '../../session/public.js';

/** Seconds the current call has run, or did run; 0 if it was never connected. `connectedAt` is the server's clock, so this machine's is corrected. */
export function callSeconds({ currentCall, clockOffsetMs }: SessionSnapshot): number {
  if (!currentCall?.connectedAt) return 0;
  return Math.max(0, (currentCall.endedAt ?? Date.now() + clockOffsetMs) - currentCall.connectedAt) / 1000;
}

/** A device that takes longer to start is being asked for: the browser's own question is open. */
export const ASKING_MS = 1000;
