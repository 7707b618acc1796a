import type { Call } from '../call/call-state.js';
import type { WatchedCalls } from './call-parts.js';
import type { SessionStore } from './session-store.js';

export interface CallSpan {
  readonly call: Extract<Call, { phase: 'active' | 'reconnecting' }>;
  /** Aborts when the call is over. */
  readonly ended: AbortSignal;
}

/** Of a connected call, for whoever watches it; null where it is over by the time the code for that is here. */
export function spanOf(callId: string, store: SessionStore, { call }: WatchedCalls): CallSpan | null {
  if ((call.phase !== 'active' && call.phase !== 'reconnecting') || call.callId !== callId) return null;
  const over = new AbortController();
  store.on('rtc-call-state', ({ detail }) => {
    if (detail.callId !== callId || detail.state === 'ended') over.abort();
  }, { signal: over.signal });
  return { call, ended: over.signal };
}
