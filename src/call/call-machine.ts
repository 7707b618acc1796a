import type { EndReason } from '../protocol/codes.js';
import { CONNECT_TIMEOUT_MS, REQUEST_TIMEOUT_MS, RETURN_WINDOW_MS } from '../protocol/limits.js';
import { toMember } from '../protocol/member.js';
import type { HangupReason, WireCall } from '../protocol/messages.js';
import { IDLE, type Call, type CallEffect, type CallEvent, type ReconnectCause } from './call-state.js';

// (state, event) → (state, effects). Pure: time comes in with the events, everything to do goes out as data.

export interface Step {
  readonly call: Call;
  readonly effects: readonly CallEffect[];
}

/** After `disconnected`: ICE often heals by itself, so the restart waits; and how long both sides try before they give up. */
export const RECOVER_AFTER_MS = 2_000;
export const GIVE_UP_AFTER_MS = 30_000;
/** The hub owns the ring time; this side ends by itself only when the hub has had its time and this much more. */
const RING_SLACK_MS = 5_000;

type InCall = Exclude<Call, { phase: 'idle' | 'ended' }>;
type Connected = Extract<Call, { phase: 'active' | 'reconnecting' }>;

const stay = (call: Call): Step => ({ call, effects: [] });
const go = (call: Call, ...effects: CallEffect[]): Step => ({ call, effects });

/** Every way out of a call passes here, so that nothing can be left open. `say`: what the hub and the peer still need to hear. */
function end(call: InCall, reason: EndReason, at: number, ...say: CallEffect[]): Step {
  const { callId, rev, peer, direction, media, ringing, createdAt } = call;
  const connectedAt = 'connectedAt' in call ? { connectedAt: call.connectedAt } : null;
  return go(
    { phase: 'ended', callId, rev, peer, direction, media, ringing, createdAt, ...connectedAt, reason, endedAt: at },
    ...say,
    { type: 'close-media' },
    { type: 'close-peer', callId, keep: call.phase === 'incoming' },
    { type: 'stop-timers' },
    { type: 'start-timer', callId, timer: 'ended', ms: 'ended-timeout' },
  );
}

const hangup = (callId: string, reason: HangupReason): CallEffect => ({ type: 'send-hangup', callId, reason });
const timer = (callId: string, name: Extract<CallEffect, { type: 'start-timer' }>['timer'], ms: number): CallEffect => ({ type: 'start-timer', callId, timer: name, ms });

const openCallee = ({ callId, offer = '', candidates = [], shared = false }: WireCall): CallEffect => ({ type: 'open-callee', callId, offer, candidates, shared });

function ring(told: WireCall, at: number): Step {
  const { callId, rev, direction, media, ringing, createdAt, expiresAt } = told;
  return go(
    { phase: 'incoming', callId, rev, peer: toMember(told.peer), direction, media, ringing, createdAt, expiresAt, answer: null },
    { type: 'stop-timers' },
    openCallee(told),
    { type: 'send', request: 'ringing', callId },
    timer(callId, 'ring', Math.max(0, expiresAt - at) + RING_SLACK_MS),
  );
}

/** The other was already calling us: their call goes on and ours is forgotten; we are its callee and have accepted by dialling. */
function merge(call: Extract<Call, { phase: 'outgoing' }>, told: WireCall, at: number): Step {
  const { callId, rev, direction, media, ringing, createdAt } = told;
  const theirs = { callId, rev, peer: toMember(told.peer), direction, media, ringing, createdAt };
  const swap: CallEffect = { type: 'close-peer', callId: call.callId, keep: false };
  if (call.cancelling) return end({ ...theirs, phase: 'connecting', awaits: 'own-answer', acceptMedia: media }, 'hangup', at, swap, hangup(callId, 'hangup'));
  return go(
    { ...theirs, phase: 'connecting', awaits: 'own-answer', acceptMedia: call.media },
    swap,
    { type: 'stop-timers' },
    openCallee(told),
    timer(callId, 'connect', CONNECT_TIMEOUT_MS),
  );
}

/** The callee has accepted our call. Without an answer yet (the hub merged two calls) it follows. */
function accepted(call: Extract<Call, { phase: 'outgoing' | 'connecting' }>, told: WireCall, at: number): Step {
  const { callId } = call;
  if (call.phase === 'outgoing' && call.cancelling) return end(call, 'hangup', at, hangup(callId, 'hangup'));
  const { peer, direction, media, ringing, createdAt } = call;
  const acceptMedia = told.acceptedMedia ?? media;
  const next = { callId, peer, direction, media, ringing, createdAt, rev: told.rev, phase: 'connecting', acceptMedia } as const;
  const first: CallEffect[] = call.phase === 'outgoing' ? [{ type: 'stop-timers' }, timer(callId, 'connect', CONNECT_TIMEOUT_MS)] : [];
  return told.answer === undefined
    ? go({ ...next, awaits: 'remote-answer' }, ...first)
    : go({ ...next, awaits: 'connection' }, ...first, { type: 'apply-answer', callId, answer: told.answer });
}

function callTold(call: Call, event: Extract<CallEvent, { type: 'call-told' }>): Step {
  const { call: told, at } = event;
  if (call.phase === 'idle' || call.phase === 'ended' || told.callId !== call.callId) {
    if (call.phase === 'outgoing' && event.asked === call.callId && told.state === 'connecting') return merge(call, told, at);
    const free = call.phase === 'idle' || call.phase === 'ended';
    const over = call.phase === 'ended' && told.callId === call.callId;
    if (told.state === 'ringing' && told.direction === 'incoming' && !over) {
      if (free) return ring(told, at);
      // The hub lets one call a member: it has ended ours before this one, and its word about that is still to come.
      if (call.phase === 'outgoing' && call.cancelling) return ring(told, at);
      return stay(call);
    }
    // A call the hub still counts us in, and we do not: it is over on this side (a reload, a lost hang-up).
    if (free && !event.asked && (told.state === 'connecting' || told.state === 'active')) return go(call, hangup(told.callId, 'left'));
    return stay(call);
  }
  if (told.rev <= call.rev) return stay(call);
  switch (told.state) {
    case 'ended':
      return end(call, told.reason ?? 'server', at);
    case 'ringing': {
      const next = { ...call, rev: told.rev, ringing: told.ringing };
      return go(next, ...(call.phase === 'outgoing' && call.rev < 0 ? [timer(call.callId, 'ring', Math.max(0, told.expiresAt - at) + RING_SLACK_MS)] : []));
    }
    case 'connecting':
      if (call.phase === 'outgoing' || (call.phase === 'connecting' && call.awaits === 'remote-answer')) return accepted(call, told, at);
      return stay({ ...call, rev: told.rev });
    case 'active':
      if (call.phase === 'outgoing') return accepted(call, told, at);
      return stay({ ...call, rev: told.rev });
  }
}

function reconnect(call: Connected, cause: ReconnectCause): Step {
  const { callId } = call;
  const first: CallEffect[] = call.phase === 'active' && cause === 'network' ? [timer(callId, 'recover', RECOVER_AFTER_MS), timer(callId, 'give-up', GIVE_UP_AFTER_MS)] : [];
  // The hub says `peer-left` when the window closes; with the hub away this side must know by itself.
  const window: CallEffect[] = cause === 'peer-unload' ? [timer(callId, 'peer-return', RETURN_WINDOW_MS + 2_000)] : [];
  return go({ ...call, phase: 'reconnecting', cause }, ...first, ...window);
}

const isConnected = (call: Call): call is Connected => call.phase === 'active' || call.phase === 'reconnecting';

function timerFired(call: InCall, event: Extract<CallEvent, { type: 'timer-fired' }>): Step {
  const { callId } = call;
  switch (event.timer) {
    case 'connect':
      return call.phase === 'connecting' ? end(call, 'connect-failed', event.at, hangup(callId, 'connect-failed')) : stay(call);
    case 'recover':
      return call.phase === 'reconnecting' && call.cause === 'network' ? go(call, { type: 'restart-ice', callId }) : stay(call);
    case 'give-up':
      return call.phase === 'reconnecting' ? end(call, 'connection-lost', event.at, { type: 'send-bye', callId, reason: 'connection-lost' }, hangup(callId, 'connection-lost')) : stay(call);
    case 'peer-return':
      return call.phase === 'reconnecting' && call.cause === 'peer-unload' ? end(call, 'peer-left', event.at) : stay(call);
    case 'cancel':
      return call.phase === 'outgoing' ? end(call, 'cancelled', event.at) : stay(call);
    case 'ring':
      return call.phase === 'outgoing' ? end(call, 'no-answer', event.at) : call.phase === 'incoming' ? end(call, 'missed', event.at) : stay(call);
    case 'ended':
      return stay(call);
  }
}

function hangUp(call: InCall, at: number): Step {
  const { callId } = call;
  switch (call.phase) {
    case 'outgoing':
      if (!call.sent) return end(call, 'cancelled', at);
      if (call.cancelling) return stay(call);
      return go({ ...call, cancelling: true }, { type: 'close-media' }, { type: 'send', request: 'cancel', callId }, timer(callId, 'cancel', REQUEST_TIMEOUT_MS));
    case 'incoming':
      return end(call, 'rejected', at, { type: 'send', request: 'reject', callId });
    default:
      return end(call, 'hangup', at, { type: 'send-bye', callId, reason: 'hangup' }, hangup(callId, 'hangup'));
  }
}

function roomGone(call: InCall, reason: Extract<CallEvent, { type: 'room-gone' }>['reason']): EndReason {
  if (reason !== 'hangup') return reason;
  return call.phase === 'outgoing' ? 'cancelled' : call.phase === 'incoming' ? 'rejected' : 'hangup';
}

/** What happens inside a call; `event` is known to be about it. */
function inCall(call: InCall, event: CallEvent): Step {
  const { callId } = call;
  switch (event.type) {
    case 'accept':
      if (call.phase !== 'incoming') return stay(call);
      return accept(call, event.media);
    case 'reject':
      return call.phase === 'incoming' ? hangUp(call, event.at) : stay(call);
    case 'hang-up':
      return hangUp(call, event.at);
    case 'offer-ready':
      if (call.phase !== 'outgoing' || call.sent) return stay(call);
      return go({ ...call, sent: true }, { type: 'send-invite', callId, to: call.peer.id, media: call.media, offer: event.sdp });
    case 'answer-ready':
      if (call.phase === 'incoming') return stay({ ...call, answer: event.sdp });
      if (call.phase === 'connecting' && call.awaits === 'own-answer') return answer(call, event.sdp);
      return stay(call);
    case 'refused':
      if (event.request === 'accept' && call.phase === 'connecting') return end(call, 'missed', event.at);
      if (event.request === 'cancel' && call.phase === 'outgoing') return end(call, 'cancelled', event.at);
      // The hub did not take the invitation: there never was a call, and whoever dialled is told why.
      if (event.request === 'invite' && call.phase === 'outgoing') return go(IDLE, { type: 'close-media' }, { type: 'close-peer', callId, keep: false }, { type: 'stop-timers' });
      return stay(call);
    case 'peer-connected':
      if (call.phase === 'connecting') {
        const { awaits: _awaits, acceptMedia: _acceptMedia, ...facts } = call;
        return go({ ...facts, phase: 'active', connectedAt: event.at }, { type: 'stop-timers' }, { type: 'send', request: 'connected', callId });
      }
      return call.phase === 'reconnecting' && call.cause === 'network' ? active(call) : stay(call);
    case 'peer-disconnected':
      return call.phase === 'active' ? reconnect(call, 'network') : stay(call);
    case 'peer-failed':
      if (call.phase === 'connecting') return end(call, 'connect-failed', event.at, hangup(callId, 'connect-failed'));
      if (call.phase === 'active') {
        const step = reconnect(call, 'network');
        return go(step.call, ...step.effects, { type: 'stop-timer', timer: 'recover' }, { type: 'restart-ice', callId });
      }
      return call.phase === 'reconnecting' && call.cause === 'network' ? go(call, { type: 'restart-ice', callId }) : stay(call);
    case 'peer-broken':
      if (call.phase === 'incoming') return end(call, 'protocol-error', event.at, { type: 'send', request: 'reject', callId });
      return end(call, 'protocol-error', event.at, hangup(callId, 'protocol-error'));
    case 'bye-heard':
      if (event.reason === 'unload') return isConnected(call) ? reconnect(call, 'peer-unload') : stay(call);
      return end(call, event.reason === 'hangup' ? 'remote-hangup' : event.reason === 'left' ? 'peer-left' : event.reason, event.at);
    case 'peer-away':
      if (!isConnected(call)) return stay(call);
      // Signaling lost alone is no alarm: media outlives it, and the connection itself will tell.
      if (event.away) return event.cause === 'unload' ? reconnect(call, 'peer-unload') : stay(call);
      // Back after an unload is another page: its old connection is gone for good, and the hub says next what becomes of the call.
      return call.phase === 'reconnecting' && call.cause === 'peer-lost' ? active(call) : stay(call);
    case 'timer-fired':
      return timerFired(call, event);
    case 'room-gone':
      return end(call, roomGone(call, event.reason), event.at, { type: 'send-bye', callId, reason: 'left' });
    case 'hub-forgot':
      return call.phase === 'outgoing' || call.phase === 'incoming' ? end(call, 'server', event.at) : stay(call);
    default:
      return stay(call);
  }
}

function accept(call: Extract<Call, { phase: 'incoming' }>, media: Extract<CallEvent, { type: 'accept' }>['media']): Step {
  const { expiresAt: _expiresAt, answer: prepared, ...facts } = call;
  const next = { ...facts, phase: 'connecting', acceptMedia: media, awaits: 'own-answer' } as const;
  const first: CallEffect[] = [{ type: 'stop-timers' }, timer(call.callId, 'connect', CONNECT_TIMEOUT_MS)];
  const open: CallEffect = { type: 'open-media', callId: call.callId, media };
  if (prepared === null) return go(next, ...first, open);
  const step = answer(next, prepared);
  return go(step.call, ...first, open, ...step.effects);
}

/** Sent before it is set here: the caller has it a little earlier (measured 30 ms at no delay). */
function answer(call: Extract<Call, { phase: 'connecting' }>, sdp: string): Step {
  const { callId } = call;
  return go({ ...call, awaits: 'connection' }, { type: 'send-accept', callId, media: call.acceptMedia, answer: sdp }, { type: 'commit-answer', callId });
}

function active(call: Extract<Call, { phase: 'reconnecting' }>): Step {
  const { cause: _cause, ...facts } = call;
  return go({ ...facts, phase: 'active' }, { type: 'stop-timers' });
}

export function transition(call: Call, event: CallEvent): Step {
  if (event.type === 'call-told') return callTold(call, event);
  if (event.type === 'dial') {
    if (call.phase !== 'idle' && call.phase !== 'ended') return stay(call);
    const { callId, peer, media, at } = event;
    return go(
      { phase: 'outgoing', callId, rev: -1, peer, direction: 'outgoing', media, ringing: false, createdAt: at, sent: false, cancelling: false },
      { type: 'stop-timers' },
      { type: 'open-caller', callId },
      { type: 'open-media', callId, media },
    );
  }
  if ('callId' in event && call.phase !== 'idle' && event.callId !== call.callId) return stay(call);
  if (call.phase === 'idle') return stay(call);
  if (call.phase === 'ended') {
    const over = event.type === 'dismiss' || (event.type === 'timer-fired' && event.timer === 'ended');
    return over ? go(IDLE, { type: 'stop-timers' }) : stay(call);
  }
  return inCall(call, event);
}
