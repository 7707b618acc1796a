import type { CallMedia, EndReason, ErrorCode } from '../protocol/codes.js';
import { MAX_RINGING_CALL_BYTES } from '../protocol/hub-limits.js';
import type { Candidate, HangupReason, WireMember } from '../protocol/messages.js';
import type { CallTicket } from '../protocol/tickets.js';
import type { CallRecord } from './ports.js';

// Every change a call can go through, as a pure function of the record. Who wins a race is decided by the store's compare and set on `rev`.

/** Above every revision that the other party's ticket, or what it knows beyond it, may have: a call has few of them. */
const RETURNED_REV_STEP = 100;

/** Who asks: one session of one member. */
export interface Party {
  readonly memberId: string;
  readonly sessionId: string;
}

/** `elsewhere`: a device of the callee that rang, while another one accepted. Null: nobody of this call. */
export type Role = 'caller' | 'callee' | 'elsewhere' | null;

export function roleOf(record: CallRecord, { memberId, sessionId }: Party): Role {
  if (memberId === record.callerId) return record.callerSession === null || sessionId === record.callerSession ? 'caller' : null;
  if (!record.inviteeIds.includes(memberId)) return null;
  return record.calleeSession === null || record.calleeSession === sessionId ? 'callee' : 'elsewhere';
}

/** What a party asks for, and what the hub finds by itself (the last three). */
export type CallEvent =
  | { readonly type: 'ringing-confirmed'; readonly by: Party }
  | { readonly type: 'candidates-added'; readonly by: Party; readonly candidates: readonly Candidate[] }
  | { readonly type: 'accepted'; readonly by: Party; readonly media: CallMedia; readonly answer: string }
  /** The callee invited the caller at the same moment: taken as its accept, the answer follows with `accepted`. */
  | { readonly type: 'merged'; readonly by: Party; readonly media: CallMedia }
  | { readonly type: 'rejected' | 'cancelled'; readonly by: Party; readonly at: number }
  | { readonly type: 'connected'; readonly by: Party; readonly at: number }
  | { readonly type: 'rebuilt'; readonly by: Party; readonly generation: number }
  /** A party of a call that came back by a ticket. `rev`: the newest it knows. */
  | { readonly type: 'returned'; readonly by: Party; readonly rev: number }
  | { readonly type: 'hung-up'; readonly by: Party; readonly reason: HangupReason; readonly at: number }
  | { readonly type: 'ring-timed-out' | 'connect-timed-out'; readonly at: number }
  /** A party is gone: by itself (`left`), because its connection did not come back (`lost`), or sent away (`kicked`). */
  | { readonly type: 'departed'; readonly memberId: string; readonly how: Departure; readonly at: number }
  | { readonly type: 'stopped'; readonly at: number };
export type Departure = 'left' | 'lost' | 'kicked';

export type RefusalCode = Extract<ErrorCode, 'call-not-found' | 'too-late' | 'bad-message' | 'too-large'>;
/** `next` is the very record given where the event changes nothing. */
export type Transition = { readonly next: CallRecord } | { readonly refusal: RefusalCode };

export interface Invitation {
  readonly callId: string;
  readonly room: string;
  readonly by: Party;
  readonly caller: WireMember;
  readonly callee: WireMember;
  readonly media: CallMedia;
  readonly offer: string;
  readonly at: number;
  readonly ringTimeoutMs: number;
}

export function newCall({ callId, room, by, caller, callee, media, offer, at, ringTimeoutMs }: Invitation): CallRecord {
  return {
    callId, rev: 1, room, state: 'ringing', callerId: by.memberId, callerSession: by.sessionId, inviteeIds: [callee.id], parties: [caller, callee],
    calleeId: null, calleeSession: null, media, acceptedMedia: null, ringing: false, offer, candidates: [], answer: null, generation: 0,
    createdAt: at, expiresAt: at + ringTimeoutMs, connectedAt: null, endedAt: null, reason: null, endedBy: null,
  };
}

/** The call over. Descriptions and candidates hold addresses and kilobytes: an ended call keeps none. */
export function endedCall(record: CallRecord, reason: EndReason, endedBy: string | null, at: number): CallRecord {
  return { ...record, rev: record.rev + 1, state: 'ended', reason, endedBy, endedAt: at, offer: null, candidates: [], answer: null };
}

function ringingBytes(record: CallRecord, more: readonly Candidate[]): number {
  return (record.offer?.length ?? 0) + JSON.stringify(record.candidates).length + JSON.stringify(more).length;
}

export function transitionCall(record: CallRecord, event: CallEvent): Transition {
  const same: Transition = { next: record };
  const to = (patch: Partial<CallRecord>): Transition => ({ next: { ...record, ...patch, rev: record.rev + 1 } });
  const end = (reason: EndReason, by: string | null, at: number): Transition => ({ next: endedCall(record, reason, by, at) });
  const { state } = record;

  if (!('by' in event)) {
    if (state === 'ended') return same;
    switch (event.type) {
      case 'ring-timed-out': return state === 'ringing' ? end('no-answer', null, event.at) : same;
      case 'connect-timed-out': return state === 'connecting' ? end('connect-failed', null, event.at) : same;
      case 'stopped': return end('server', null, event.at);
      case 'departed': return departed(record, event.memberId, event.how, event.at);
    }
  }

  const role = roleOf(record, event.by);
  if (role === null) return { refusal: 'call-not-found' };
  if (role === 'elsewhere') return { refusal: event.type === 'candidates-added' ? 'call-not-found' : 'too-late' };
  // A request that does not fit: too late where the call has moved past it, otherwise never right.
  const misfit: Transition = { refusal: state === 'ringing' ? 'bad-message' : 'too-late' };
  const { memberId } = event.by;

  switch (event.type) {
    case 'ringing-confirmed':
      if (state !== 'ringing' || role !== 'callee') return misfit;
      return record.ringing ? same : to({ ringing: true });
    case 'candidates-added':
      if (state === 'ended') return { refusal: 'call-not-found' };
      if (state !== 'ringing') return same;
      if (role !== 'caller') return misfit;
      if (ringingBytes(record, event.candidates) > MAX_RINGING_CALL_BYTES) return { refusal: 'too-large' };
      return to({ candidates: [...record.candidates, ...event.candidates] });
    case 'accepted':
      if (role !== 'callee') return misfit;
      if (state !== 'ringing' && !(state === 'connecting' && record.answer === null)) return misfit;
      // Who has answered needs the offer no more.
      return to({ ...bound(event.by, event.media), answer: event.answer, offer: null, candidates: [] });
    case 'merged':
      if (state !== 'ringing' || role !== 'callee') return misfit;
      return to(bound(event.by, event.media));
    case 'rejected':
    case 'cancelled':
      if (state === 'ended' && record.reason === event.type && record.endedBy === memberId) return same;
      if (state !== 'ringing' || role !== (event.type === 'rejected' ? 'callee' : 'caller')) return misfit;
      return end(event.type, memberId, event.at);
    case 'connected':
      if (state === 'active') return same;
      // Connected without an answer cannot be: somebody made it up.
      if (state !== 'connecting' || (record.answer === null && record.generation === 0)) return state === 'ended' ? misfit : { refusal: 'bad-message' };
      return to({ state: 'active', connectedAt: event.at, answer: null });
    case 'rebuilt':
      if (state === 'ringing' || state === 'ended') return misfit;
      return event.generation === record.generation ? to({ generation: record.generation + 1, offer: null, candidates: [] }) : same;
    case 'returned': {
      if (state === 'ringing' || state === 'ended') return same;
      const isBound = (role === 'caller' ? record.callerSession : record.calleeSession) !== null;
      const rev = Math.max(record.rev, event.rev) + 1;
      return isBound ? same : { next: { ...record, ...(role === 'caller' ? { callerSession: event.by.sessionId } : { calleeSession: event.by.sessionId }), rev } };
    }
    case 'hung-up':
      if (state === 'ended') return same;
      if (state === 'ringing') return misfit;
      return event.reason === 'left' ? departed(record, memberId, 'left', event.at) : end(event.reason, memberId, event.at);
  }
}

/** A call that an earlier hub had, as a ticket of it tells. Who brings the ticket is bound to it, the other when it comes. */
export function returnedCall(ticket: CallTicket, by: Party, now: number): CallRecord {
  const { callId, room, caller, callee, media, acceptedMedia, generation, createdAt, connectedAt = now } = ticket;
  const isCaller = by.memberId === caller.id;
  return {
    callId, room, media, acceptedMedia, generation, createdAt, connectedAt, rev: ticket.rev + RETURNED_REV_STEP, state: 'active', callerId: caller.id,
    callerSession: isCaller ? by.sessionId : null, inviteeIds: [callee.id], calleeId: callee.id, calleeSession: isCaller ? null : by.sessionId,
    parties: [caller, callee].map((party) => ({ ...party, since: createdAt })), ringing: true, offer: null, candidates: [], answer: null, expiresAt: createdAt,
    endedAt: null, reason: null, endedBy: null,
  };
}

const bound = ({ memberId, sessionId }: Party, media: CallMedia) =>
  ({ state: 'connecting', calleeId: memberId, calleeSession: sessionId, acceptedMedia: media }) as const;

function departed(record: CallRecord, memberId: string, how: Departure, at: number): { readonly next: CallRecord } {
  const isCaller = memberId === record.callerId;
  if (how === 'kicked') return { next: endedCall(record, 'kicked', memberId, at) };
  if (record.state === 'ringing' && isCaller) {
    // To the callee a caller that was lost is a call it missed; one that left has cancelled.
    return { next: how === 'left' ? endedCall(record, 'cancelled', memberId, at) : endedCall(record, 'no-answer', null, at) };
  }
  const other = isCaller ? (record.calleeId ?? record.inviteeIds[0] ?? null) : record.callerId;
  return { next: endedCall(record, how === 'left' ? 'peer-left' : 'peer-lost', other, at) };
}
