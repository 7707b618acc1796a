import type { CallDirection, CallInfo, CallMedia, EndReason, Member } from '../protocol/codes.js';
import type { Candidate, HangupReason, WireCall } from '../protocol/messages.js';

// The call of one client: a union by phase, what may happen to it, and what is to be done about it. call-machine.ts decides.

/** What every phase of a call knows. */
interface CallFacts {
  readonly callId: string;
  /** The hub's revision of the call last applied; -1 before it has said anything. */
  readonly rev: number;
  readonly peer: Member;
  readonly direction: CallDirection;
  readonly media: CallMedia;
  readonly ringing: boolean;
  readonly createdAt: number;
  /** Of the connection, from 0; the hub counts. */
  readonly generation: number;
  /** What brings the call back at a hub that has forgotten it. */
  readonly ticket?: string | undefined;
  /** Connected or about to be, and the hub cannot reach the other side at present. */
  readonly peerAway?: boolean;
}
interface ConnectedFacts extends CallFacts {
  /** The own side's role in set-up: whoever answers is polite. After a glare merge it may differ from who dialled. */
  readonly connectedAt: number;
}

export type ReconnectCause = 'network' | 'peer-unload';

export type Call =
  | { readonly phase: 'idle' }
  /** `sent`: the invitation is on its way. `cancelling`: the person pressed cancel; the hub says who was first. */
  | (CallFacts & { readonly phase: 'outgoing'; readonly sent: boolean; readonly cancelling: boolean })
  /** `answer`: prepared while it rings. */
  | (CallFacts & { readonly phase: 'incoming'; readonly expiresAt: number; readonly answer: string | null })
  /** `awaits`: `remote-answer` (caller), `own-answer` (callee accepted before it was prepared), `connection` (both descriptions are set). */
  | (CallFacts & { readonly phase: 'connecting'; readonly awaits: 'remote-answer' | 'own-answer' | 'connection'; readonly acceptMedia: CallMedia })
  | (ConnectedFacts & { readonly phase: 'active' })
  | (ConnectedFacts & { readonly phase: 'reconnecting'; readonly cause: ReconnectCause; readonly lostAt: number })
  | (CallFacts & { readonly phase: 'ended'; readonly reason: EndReason; readonly connectedAt?: number; readonly endedAt: number });

export const IDLE: Call = { phase: 'idle' };

export type CallTimer = 'connect' | 'recover' | 'renew' | 'give-up' | 'peer-return' | 'cancel' | 'ring' | 'ended';

export type CallEvent =
  // Commands: what the person or the page wants.
  | { readonly type: 'dial'; readonly callId: string; readonly peer: Member; readonly media: CallMedia; readonly at: number }
  | { readonly type: 'accept'; readonly media: CallMedia }
  | { readonly type: 'reject'; readonly at: number }
  | { readonly type: 'hang-up'; readonly at: number }
  | { readonly type: 'dismiss' }
  // Facts: what happened. Each carries the call it belongs to; one of another call changes nothing.
  | { readonly type: 'offer-ready'; readonly callId: string; readonly sdp: string }
  | { readonly type: 'answer-ready'; readonly callId: string; readonly sdp: string }
  /**
   * The hub's view of a call: an event, a reply, or part of a snapshot. `asked`: the call the request was about, when this is a reply (a glare answers with another).
   * `rejoin`: this page was in that call before it was loaded anew, and sent this.
   */
  | { readonly type: 'call-told'; readonly call: WireCall; readonly at: number; readonly asked?: string; readonly rejoin?: CallMedia }
  /** The hub refused what was asked about this call, and had no view of it to give. */
  | { readonly type: 'refused'; readonly callId: string; readonly request: 'invite' | 'accept' | 'cancel' | 'rebuild'; readonly at: number }
  | { readonly type: 'peer-connected' | 'peer-disconnected' | 'peer-failed'; readonly callId: string; readonly at: number }
  /** The connection could not even be made or used (damaged description, too many connections). */
  | { readonly type: 'peer-broken'; readonly callId: string; readonly at: number }
  /** The connection counts itself as connected still, and brings nothing any more. */
  | { readonly type: 'peer-silent'; readonly callId: string; readonly at: number }
  | { readonly type: 'ice-restarted'; readonly callId: string; readonly at: number }
  /** Out of the back/forward cache: its connections are gone. `media`: what it sent before. */
  | { readonly type: 'page-restored'; readonly media: CallMedia; readonly at: number }
  | { readonly type: 'bye-heard'; readonly callId: string; readonly reason: 'unload' | HangupReason; readonly at: number }
  | { readonly type: 'peer-away'; readonly callId: string; readonly away: boolean; readonly cause: 'unload' | 'lost'; readonly at: number }
  | { readonly type: 'timer-fired'; readonly callId: string; readonly timer: CallTimer; readonly at: number }
  /** The membership is over (left, kicked, replaced) or the hub has forgotten everything. */
  | { readonly type: 'room-gone'; readonly reason: 'hangup' | 'kicked' | 'server'; readonly at: number }
  | { readonly type: 'hub-forgot'; readonly isSameHub: boolean; readonly at: number };

export type CallEffect =
  /** Make a connection and an offer → `offer-ready`. */
  | { readonly type: 'open-caller'; readonly callId: string }
  /** Prepare the answer on a fresh connection, or on one that an earlier ring has left unused; any other is closed → `answer-ready`. */
  | { readonly type: 'open-callee'; readonly callId: string; readonly offer: string; readonly candidates: readonly Candidate[]; readonly shared: boolean }
  /** Close the connection and make the next one; who `offers` begins. */
  | { readonly type: 'renew-peer'; readonly callId: string; readonly generation: number; readonly offers: boolean }
  | { readonly type: 'send-rebuild'; readonly callId: string; readonly generation: number }
  | { readonly type: 'apply-answer'; readonly callId: string; readonly answer: string }
  | { readonly type: 'commit-answer'; readonly callId: string }
  /** `keep`: the prepared connection never carried anything and may serve the next ring. */
  | { readonly type: 'close-peer'; readonly keep: boolean }
  | { readonly type: 'restart-ice' }
  /** Does anything still arrive? → `peer-silent`, and `peer-connected` when it does again. */
  | { readonly type: 'check-media' }
  | { readonly type: 'open-media'; readonly media: CallMedia }
  | { readonly type: 'close-media' }
  | { readonly type: 'send-bye'; readonly reason: 'hangup' | 'left' | 'connection-lost' }
  | { readonly type: 'send-invite'; readonly callId: string; readonly to: string; readonly media: CallMedia; readonly offer: string }
  | { readonly type: 'send-accept'; readonly callId: string; readonly media: CallMedia; readonly answer: string }
  | { readonly type: 'send-hangup'; readonly callId: string; readonly reason: HangupReason }
  | { readonly type: 'send'; readonly request: 'ringing' | 'reject' | 'cancel' | 'connected'; readonly callId: string }
  | { readonly type: 'start-timer'; readonly callId: string; readonly timer: CallTimer; readonly ms: number | 'ended-timeout' }
  | { readonly type: 'stop-timers' };

/** The call as page authors see it; null when idle. */
export function toCallInfo(call: Call): CallInfo | null {
  if (call.phase === 'idle') return null;
  const { callId, peer, direction, media, ringing, createdAt } = call;
  return {
    callId, state: call.phase, peer, direction, media, ringing, createdAt,
    ...('connectedAt' in call && call.connectedAt !== undefined && { connectedAt: call.connectedAt }),
    ...(call.phase === 'ended' && { endedAt: call.endedAt, reason: call.reason }),
  };
}
