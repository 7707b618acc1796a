import type { CallInfo, EndReason, LoggedCall, MissedCause } from '../protocol/codes.js';
import { toMember } from '../protocol/member.js';
import type { WireMember } from '../protocol/messages.js';
import type { LogCalls, LogEntry } from './call-parts.js';
import type { SessionStore } from './session-store.js';

/** The oldest goes. */
const MAX_LOGGED = 100;

/** Of calls that came in: the ends that nobody here has chosen. (`no-answer`: this side gave up, the hub could not say so.) */
const CAUSES: { readonly [reason in EndReason]?: MissedCause } = { missed: 'no-answer', 'no-answer': 'no-answer', cancelled: 'cancelled' };

/** Plain data for the tab's storage, whoever tells it. */
function toLogged(entry: Extract<LogEntry, { call: unknown }>, now: number): LoggedCall {
  const { call } = entry;
  const { callId, direction, media, ringing, createdAt, connectedAt, endedAt = now } = call;
  const unrung: MissedCause | null = !('t' in entry) || entry.t === 'call' ? null : call.reason === 'busy' ? 'busy' : 'do-not-disturb';
  const reason = unrung ? 'missed' : (call.reason ?? 'server');
  const why = unrung ?? (direction === 'incoming' ? CAUSES[reason] : undefined);
  const info: CallInfo = {
    callId, state: 'ended', peer: toMember(call.peer as WireMember), direction, media, ringing, createdAt, endedAt, reason, ...(connectedAt !== undefined && { connectedAt }),
  };
  return why ? { ...info, cause: why } : info;
}

function show(store: SessionStore, callHistory: readonly LoggedCall[], missedCalls: readonly LoggedCall[]): void {
  store.show({ callHistory, missedCalls });
  const kept = store.storage.read();
  if (kept) store.storage.keep({ ...kept, log: { calls: callHistory, missed: missedCalls.map(({ callId }) => callId) } });
}

/** What a page before this one has left in the tab. */
function restore(store: SessionStore): void {
  const { calls, missed } = store.storage.read()?.log ?? {};
  if (store.snapshot.callHistory.length > 0 || !Array.isArray(calls) || !Array.isArray(missed)) return;
  store.show({ callHistory: calls as LoggedCall[], missedCalls: (calls as LoggedCall[]).filter(({ callId }) => missed.includes(callId)) });
}

function seen(store: SessionStore, memberId: string | undefined): void {
  const { callHistory, missedCalls } = store.snapshot;
  show(store, callHistory, memberId === undefined ? [] : missedCalls.filter(({ peer }) => peer.id !== memberId));
}

function add(store: SessionStore, call: LoggedCall): void {
  const { callHistory, missedCalls } = store.snapshot;
  const { callId, peer, cause, endedAt: at = 0 } = call;
  // Told by this side and by the hub.
  if (callHistory.some((known) => known.callId === callId)) return;
  const missed = cause ? [call, ...missedCalls].slice(0, MAX_LOGGED) : missedCalls;
  show(store, [call, ...callHistory].slice(0, MAX_LOGGED), missed);
  if (cause) store.emit('rtc-call-missed', { callId, peer, at, cause, count: missed.length }, 'room');
}

export const logCalls: LogCalls = (store, entries) => {
  restore(store);
  for (const entry of entries) {
    if ('call' in entry) add(store, toLogged(entry, store.now()));
    else seen(store, entry.seen);
  }
};
