import type { CallMedia, EndReason } from '../protocol/codes.js';
import { CONNECT_TIMEOUT_MS, REQUEST_TIMEOUT_MS, RETURN_WINDOW_MS } from '../protocol/limits.js';
import { toMember } from '../protocol/member.js';
import type { HangupReason, WireCall } from '../protocol/messages.js';
import { HANGUP_REASONS } from '../protocol/values.js';
import { IDLE, type Call, type CallEffect, type CallEvent, type CallTimer } from './call-state.js';

// (state, event) → (state, effects). Pure: time comes in with the events, everything to do goes out as data. What each phase hears stands in the table at the end.

export interface Step {
  readonly call: Call;
  readonly effects: readonly CallEffect[];
}

/**
 * After `disconnected`: ICE often heals by itself, so the restart waits; and how long both sides try before they give up. Browsers say `disconnected` some
 * 6 s after the link died: with 2 s an outage of 8 s was renegotiated, and its picture came back a second later than by itself (measured).
 */
export const RECOVER_AFTER_MS = 4_000;
export const GIVE_UP_AFTER_MS = 30_000;
/** An ICE restart that both have begun and that has not connected them by then will not. */
const RENEW_AFTER_MS = 8_000;
/** The hub owns the ring time; this side ends by itself only when the hub has had its time and this much more. */
const RING_SLACK_MS = 5_000;
/** The hub says `peer-left` when the window closes; with the hub away this side must know by itself. */
const PEER_RETURN_MS = RETURN_WINDOW_MS + 2_000;

type Phase = Call['phase'];
type In<P extends Phase> = Extract<Call, { phase: P }>;
type InCall = Exclude<Call, { phase: 'idle' | 'ended' }>;
type On<E extends CallEvent['type']> = Extract<CallEvent, { type: E }>;

const go = (call: Call, ...effects: CallEffect[]): Step => ({ call, effects });

const STOP_TIMERS: CallEffect = { type: 'stop-timers' };
const CHECK_MEDIA: CallEffect = { type: 'check-media' };
const hangup = (callId: string, reason: HangupReason): CallEffect => ({ type: 'send-hangup', callId, reason });
const send = (request: Extract<CallEffect, { type: 'send' }>['request'], { callId }: InCall | WireCall): CallEffect => ({ type: 'send', request, callId });
const timer = ({ callId }: InCall | WireCall, name: CallTimer, ms: number | 'ended-timeout'): CallEffect => ({ type: 'start-timer', callId, timer: name, ms });
const ringTimer = (told: WireCall, at: number): CallEffect => timer(told, 'ring', Math.max(0, told.expiresAt - at) + RING_SLACK_MS);

/** Every way out of a call passes here, so that nothing can be left open. `say`: what the hub and the peer still need to hear. */
function end(call: InCall, reason: EndReason, at: number, ...say: CallEffect[]): Step {
  return go(
    { ...call, phase: 'ended', reason, endedAt: at },
    ...say,
    { type: 'close-media' },
    { type: 'close-peer', keep: call.phase === 'incoming' },
    STOP_TIMERS,
    timer(call, 'ended', 'ended-timeout'),
  );
}

/** Ends a call and says so to the hub. */
const breakOff = (call: InCall, reason: Exclude<HangupReason, 'left'>, at: number, ...say: CallEffect[]): Step => end(call, reason, at, ...say, hangup(call.callId, reason));
/** … and to the peer. */
const sayBye = (call: InCall, reason: 'hangup' | 'connection-lost', at: number): Step => breakOff(call, reason, at, { type: 'send-bye', reason });

/** Why this side ended it, as the hub and the peer are told. */
const saidOf = ({ reason }: In<'ended'>): HangupReason => HANGUP_REASONS.find((each) => each === reason) ?? (reason === 'cancelled' ? 'hangup' : 'left');

// --- What the hub tells ------------------------------------------------------------------------------------------------------------------------

const theirs = ({ callId, rev, peer, direction, media, ringing, createdAt, generation = 0, ticket }: WireCall) =>
  ({ callId, rev, peer: toMember(peer), direction, media, ringing, createdAt, generation, ticket });
const openCallee = ({ callId, offer = '', candidates = [], shared }: WireCall): CallEffect => ({ type: 'open-callee', callId, offer, candidates, shared: Boolean(shared) });

function ring(told: WireCall, at: number): Step {
  return go({ ...theirs(told), phase: 'incoming', expiresAt: told.expiresAt, answer: null }, STOP_TIMERS, openCallee(told), send('ringing', told), ringTimer(told, at));
}

/** The other was already calling us: their call goes on and ours is forgotten; we are its callee and have accepted by dialling. */
function merge({ media, cancelling }: In<'outgoing'>, told: WireCall, at: number): Step {
  const call: InCall = { ...theirs(told), phase: 'connecting', awaits: 'own-answer', acceptMedia: media };
  return cancelling ? breakOff(call, 'hangup', at) : go(call, STOP_TIMERS, openCallee(told), timer(call, 'connect', CONNECT_TIMEOUT_MS));
}

/** The callee has accepted our call. Without an answer yet (the hub merged two calls) it follows. */
function accepted(call: In<'outgoing' | 'connecting'>, { rev, ticket, answer, acceptedMedia = call.media }: WireCall, at: number): Step {
  const { callId } = call;
  const first = call.phase === 'outgoing' ? [STOP_TIMERS, timer(call, 'connect', CONNECT_TIMEOUT_MS)] : [];
  if (call.phase === 'outgoing' && call.cancelling) return breakOff(call, 'hangup', at);
  const next = { ...call, rev, ticket, phase: 'connecting', acceptMedia: acceptedMedia } as const;
  return answer === undefined ? go({ ...next, awaits: 'remote-answer' }, ...first) : go({ ...next, awaits: 'connection' }, ...first, { type: 'apply-answer', callId, answer });
}

/** Connected or not, by another connection from now on. */
function renew(call: In<'connecting' | 'active' | 'reconnecting'>, { rev, ticket, generation = 0 }: WireCall, at: number): Step {
  const { callId } = call;
  const next = { ...call, rev, ticket, generation };
  const renewal: CallEffect = { type: 'renew-peer', callId, generation, offers: call.direction === 'outgoing' };
  if (next.phase === 'connecting') return go({ ...next, awaits: 'connection' }, renewal);
  // However often it is renewed, both give up at the time that the loss has set.
  const lostAt = call.phase === 'reconnecting' && call.cause === 'network' ? call.lostAt : at;
  return go({ ...next, phase: 'reconnecting', cause: 'network', lostAt }, STOP_TIMERS, renewal, timer(call, 'give-up', Math.max(0, lostAt + GIVE_UP_AFTER_MS - at)));
}

/** Back in a call whose connection is gone with the page that had it. */
function rebuild(call: In<'active' | 'reconnecting'>, media: CallMedia, lostAt: number): Step {
  const { callId, generation } = call;
  const effects: CallEffect[] = [STOP_TIMERS, { type: 'open-media', media }, { type: 'send-rebuild', callId, generation }, timer(call, 'give-up', GIVE_UP_AFTER_MS)];
  return go({ ...call, phase: 'reconnecting', cause: 'network', lostAt }, ...effects);
}

function callTold(call: Call, { call: told, at, asked, rejoin }: On<'call-told'>): Step | false {
  const { callId, rev, state } = told;
  const free = call.phase === 'idle' || call.phase === 'ended';
  const known = call.phase !== 'idle' && call.callId === callId;
  if (free || !known) {
    // The hub lets one call a member: it has ended the one that is being cancelled before this one, and its word about that is still to come.
    const mayRing = free || (call.phase === 'outgoing' && call.cancelling);
    if (state === 'ringing' && told.direction === 'incoming') return !known && mayRing && ring(told, at);
    if (call.phase === 'outgoing' && asked === call.callId && state === 'connecting') return merge(call, told, at);
    if (free && rejoin && state !== 'ended') return rebuild({ ...theirs(told), phase: 'active', connectedAt: told.connectedAt ?? at }, rejoin, at);
    // A call the hub still counts us in, and we do not: it is over on this side (a reload, a crash while it rang over there, a hang-up that was lost or is overtaken by
    // this word of the hub).
    return free && !asked && state !== 'ended' && go(call, state === 'ringing' ? send('cancel', told) : hangup(callId, known && call.phase === 'ended' ? saidOf(call) : 'left'));
  }
  if (rev <= call.rev) return false;
  if (state === 'ended') return end(call, told.reason ?? 'server', at);
  if (state === 'ringing') return go({ ...call, rev, ringing: told.ringing }, ...(call.phase === 'outgoing' && call.rev < 0 ? [ringTimer(told, at)] : []));
  if (call.phase === 'outgoing' || (call.phase === 'connecting' && call.awaits === 'remote-answer')) return accepted(call, told, at);
  if (call.phase !== 'incoming' && (told.generation ?? 0) > call.generation) return renew(call, told, at);
  return go({ ...call, rev, ticket: told.ticket });
}

// --- Moves that stand in several rows, or are long -----------------------------------------------------------------------------------------------

function dial(_call: Call, { callId, peer, media, at }: On<'dial'>): Step {
  return go(
    { phase: 'outgoing', callId, rev: -1, peer, direction: 'outgoing', media, ringing: false, createdAt: at, generation: 0, sent: false, cancelling: false },
    STOP_TIMERS,
    { type: 'open-caller', callId },
    { type: 'open-media', media },
  );
}

function cancel(call: In<'outgoing'>, { at }: On<'hang-up'>): Step | false {
  if (!call.sent) return end(call, 'cancelled', at);
  return !call.cancelling && go({ ...call, cancelling: true }, { type: 'close-media' }, send('cancel', call), timer(call, 'cancel', REQUEST_TIMEOUT_MS));
}

/** The hub lets it ring again, where it rings. */
const forgetCall = (): Step => go(IDLE, { type: 'close-peer', keep: false }, STOP_TIMERS);

const reject = (call: In<'incoming'>, { at }: { at: number }): Step => end(call, 'rejected', at, send('reject', call));

function accept(call: In<'incoming'>, { media }: On<'accept'>): Step {
  const next = { ...call, phase: 'connecting', acceptMedia: media, awaits: 'own-answer' } as const;
  const step = call.answer === null ? go(next) : answer(next, call.answer);
  return go(step.call, STOP_TIMERS, timer(call, 'connect', CONNECT_TIMEOUT_MS), { type: 'open-media', media }, ...step.effects);
}

/** Sent before it is set here: the caller has it a little earlier (measured 30 ms at no delay). */
function answer(call: In<'connecting'>, sdp: string): Step {
  const { callId } = call;
  return go({ ...call, awaits: 'connection' }, { type: 'send-accept', callId, media: call.acceptMedia, answer: sdp }, { type: 'commit-answer', callId });
}

const neverConnected = (call: In<'connecting'>, { at }: { at: number }): Step => breakOff(call, 'connect-failed', at);

const lose = (call: In<'active'>, lostAt: number, first = timer(call, 'recover', RECOVER_AFTER_MS)): Step =>
  go({ ...call, phase: 'reconnecting', cause: 'network', lostAt }, first, timer(call, 'give-up', GIVE_UP_AFTER_MS));
const peerUnloads = (call: In<'active' | 'reconnecting'>, lostAt: number): Step => go({ ...call, phase: 'reconnecting', cause: 'peer-unload', lostAt }, timer(call, 'peer-return', PEER_RETURN_MS));
const restart = (call: In<'reconnecting'>): Step | false => call.cause === 'network' && go(call, { type: 'restart-ice' });

// --- The table ---------------------------------------------------------------------------------------------------------------------------------

/** What a phase does about an event, or about a timer that fired; false: nothing. */
type Row<P extends Phase> = { readonly [E in CallEvent['type']]?: (call: In<P>, event: On<E>) => Step | false } & {
  readonly [T in CallTimer]?: (call: In<P>, event: On<'timer-fired'>) => Step | false;
};

/** The same from dialling or ringing until the end. */
const running = {
  'room-gone': (call: InCall, { reason, at }: On<'room-gone'>) => {
    const own = call.phase === 'outgoing' ? 'cancelled' : call.phase === 'incoming' ? 'rejected' : 'hangup';
    return end(call, reason === 'hangup' ? own : reason, at, { type: 'send-bye', reason: 'left' });
  },
  'peer-broken': (call: InCall, { at }: On<'peer-broken'>) => breakOff(call, 'protocol-error', at),
};
const ringing = {
  ...running,
  'hub-forgot': (call: InCall, { at }: On<'hub-forgot'>) => end(call, 'server', at),
};
const joined = {
  ...running,
  'hang-up': (call: InCall, { at }: On<'hang-up'>) => sayBye(call, 'hangup', at),
  // A new hub takes up the call; the one that was there all the time has ended it, with the membership.
  'hub-forgot': (call: InCall, { isSameHub, at }: On<'hub-forgot'>) => (isSameHub ? end(call, 'connection-lost', at) : go({ ...call, peerAway: false })),
  'bye-heard': (call: In<'connecting' | 'active' | 'reconnecting'>, { reason, at }: On<'bye-heard'>) => {
    if (reason === 'unload') return call.phase !== 'connecting' && peerUnloads(call, at);
    return end(call, reason === 'hangup' ? 'remote-hangup' : reason === 'left' ? 'peer-left' : reason, at);
  },
};
const connected = {
  ...joined,
  'page-restored': (call: In<'active' | 'reconnecting'>, { media, at }: On<'page-restored'>) => rebuild(call, media, at),
  // Signaling lost alone is no alarm: media outlives it. Together with silence it is, some 5 s before the connection itself tells. Back after an unload is another
  // page: its old connection is gone for good, and the hub says next what becomes of the call.
  'peer-away': (call: In<'active' | 'reconnecting'>, { away, cause, at }: On<'peer-away'>) => {
    if (cause === 'unload') return away && peerUnloads(call, at);
    return go({ ...call, peerAway: away }, ...(away && call.phase === 'active' ? [CHECK_MEDIA] : []));
  },
};

const TABLE: { readonly [P in Phase]: Row<P> } = {
  idle: { dial },
  outgoing: {
    ...ringing,
    'hang-up': cancel,
    'page-restored': (call, { at }) => end(call, 'cancelled', at),
    'offer-ready': (call, { sdp }) =>
      !call.sent && go({ ...call, sent: true }, { type: 'send-invite', callId: call.callId, to: call.peer.id, media: call.media, offer: sdp }),
    refused: (call, { request, at }) =>
      // The hub did not take the invitation: there never was a call, and whoever dialled is told why.
      request === 'invite' ? go(IDLE, { type: 'close-media' }, { type: 'close-peer', keep: false }, STOP_TIMERS) : end(call, 'cancelled', at),
    cancel: (call, { at }) => end(call, 'cancelled', at),
    ring: (call, { at }) => end(call, 'no-answer', at),
  },
  incoming: {
    ...ringing,
    accept,
    reject,
    'page-restored': forgetCall,
    'hang-up': reject,
    'answer-ready': (call, { sdp }) => go({ ...call, answer: sdp }),
    'peer-broken': (call, { at }) => end(call, 'protocol-error', at, send('reject', call)),
    ring: (call, { at }) => end(call, 'missed', at),
  },
  connecting: {
    ...joined,
    'answer-ready': (call, { sdp }) => call.awaits === 'own-answer' && answer(call, sdp),
    // A hub that has forgotten the call: the caller reads the same.
    refused: (call, { request, at }) => request === 'accept' && end(call, 'server', at),
    'peer-connected': (call, { at }) => go({ ...call, phase: 'active', connectedAt: at }, STOP_TIMERS, send('connected', call)),
    'peer-failed': neverConnected,
    // As if loaded anew: the hub's next word brings it back, and the session what it sent.
    'page-restored': forgetCall,
    connect: neverConnected,
  },
  active: {
    ...connected,
    'peer-disconnected': (call, { at }) => lose(call, at),
    'peer-silent': (call, { at }) => lose(call, at),
    'peer-failed': (call, { at }) => lose(call, at, { type: 'restart-ice' }),
  },
  reconnecting: {
    ...connected,
    'peer-connected': (call) => call.cause === 'network' && go({ ...call, phase: 'active' }, STOP_TIMERS),
    'peer-failed': restart,
    recover: restart,
    'ice-restarted': (call) => call.cause === 'network' && go(call, timer(call, 'renew', RENEW_AFTER_MS)),
    renew: (call) => call.cause === 'network' && go(call, { type: 'send-rebuild', callId: call.callId, generation: call.generation }),
    'give-up': (call, { at }) => sayBye(call, 'connection-lost', at),
    'peer-return': (call, { at }) => end(call, 'peer-left', at),
  },
  ended: { dial, dismiss: () => go(IDLE, STOP_TIMERS), ended: () => go(IDLE, STOP_TIMERS) },
};

export function transition(call: Call, event: CallEvent): Step {
  const row: { readonly [key: string]: ((call: never, event: never) => Step | false) | undefined } = TABLE[call.phase];
  const stale = event.type !== 'dial' && 'callId' in event && 'callId' in call && event.callId !== call.callId;
  const move = stale ? undefined : row[event.type === 'timer-fired' ? event.timer : event.type];
  return (event.type === 'call-told' ? callTold(call, event) : move?.(call as never, event as never)) || go(call);
}
