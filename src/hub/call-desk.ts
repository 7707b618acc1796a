import { MAX_RING_TIMEOUT_MS, MIN_RING_LEFT_MS, MIN_RING_TIMEOUT_MS, RESUME_GRACE_IN_CALL_MS, RING_TIMEOUT_MS } from '../protocol/hub-limits.js';
import type { Reply, RequestOf, WireCall } from '../protocol/messages.js';
import { wantsCallsFrom } from './availability.js';
import { CallJournal, type Outcome } from './call-journal.js';
import { peerIdOf } from './call-view.js';
import { endedCall, newCall, returnedCall, roleOf, transitionCall, type CallEvent, type Departure, type Transition } from './calls.js';
import { refuse, type HubCore } from './hub-core.js';
import { InviteLimits } from './invite-limits.js';
import type { MemberStatus } from './member-status.js';
import type { CallRecord, MemberRecord } from './ports.js';
import { wireOf } from './rooms.js';
import type { Session } from './sessions.js';

/** A caller that is lost while it rings lets the other ring no longer than this. */
const LOST_CALLER_RINGS_MS = 8_000;
const MAX_TRIES = 8;

type OneStep = 'ringing' | 'accept' | 'reject' | 'cancel' | 'connected' | 'rebuild' | 'hangup';

/** What sessions ask about calls. */
export class CallDesk {
  readonly #core: HubCore;
  readonly #journal: CallJournal;
  readonly #limits: InviteLimits;

  constructor(core: HubCore, status: MemberStatus) {
    this.#core = core;
    this.#journal = new CallJournal(core, status);
    this.#limits = new InviteLimits(core.options.invitesPerMinute ?? 0);
  }

  ringTimeoutMs(asked?: number): number {
    return Math.min(MAX_RING_TIMEOUT_MS, Math.max(MIN_RING_TIMEOUT_MS, asked ?? this.#core.options.ringTimeoutMs ?? RING_TIMEOUT_MS));
  }

  async invite(session: Session, { callId, to, media, offer, ringTimeoutMs }: RequestOf<'invite'>): Promise<Reply> {
    const { presence, calls } = this.#core.options;
    const { member } = session;
    if (to === member.id) return refuse('bad-message');
    const [caller, callee] = await Promise.all([presence.get(member.room, member.id), presence.get(member.room, to)]);
    if (!caller) return refuse('not-joined');
    if (!callee) return refuse('member-not-found');
    const isFree = session.connectionId !== null && this.#core.options.mayInviteFreely?.(session.connectionId);
    const retryAfterMs = isFree ? 0 : this.#limits.take(caller, callee, this.#core.now());
    if (retryAfterMs > 0) return { ...refuse('rate-limited'), retryAfterMs };
    const record = newCall({
      callId, room: member.room, by: session, caller: wireOf(caller), callee: wireOf(callee), media, offer, at: this.#core.now(),
      ringTimeoutMs: this.ringTimeoutMs(ringTimeoutMs),
    });
    // One answer for all who are not to be rung, given at the same point and without a trace: why is nobody's business.
    if (!(await this.#mayRing(caller, callee))) {
      // It counts like any other, too: whoever must wait for one and not for the other would know.
      this.#limits.rejected(record, this.#core.now());
      return this.#ok(session, endedCall(record, 'rejected', callee.id, this.#core.now()));
    }
    for (let tries = 0; tries < MAX_TRIES; tries++) {
      const claim = await this.#journal.claim(record);
      if (claim.ok) return this.#ring(session, record, callee);
      switch (claim.cause) {
        case 'duplicate': {
          const known = await calls.get(callId);
          // Anybody else's call under this id is nobody's business.
          return known && roleOf(known, session) === 'caller' ? this.#ok(session, known) : refuse('bad-message');
        }
        case 'busy-self':
          return refuse('unavailable');
        case 'busy-peer':
          return this.#ok(session, endedCall(record, 'busy', member.id, this.#core.now()));
        case 'glare': {
          const outcome = await this.#journal.change(claim.with, { type: 'merged', by: session, media }, session);
          if (outcome.ok) return this.#bound(session, outcome.record);
          // It ended, or another of our devices accepted it, in this very moment: decide again.
        }
      }
    }
    return refuse('unavailable');
  }

  async #mayRing(caller: MemberRecord, callee: MemberRecord): Promise<boolean> {
    const { calls, mayCall } = this.#core.options;
    const isAllowed = (await mayCall?.(wireOf(caller), wireOf(callee))) ?? true;
    const member = this.#core.members.get(callee.id);
    if (isAllowed && (!member || wantsCallsFrom(member, caller))) return true;
    // Who is just being called by them may take it, this way too.
    const claimed = await calls.get((await calls.claimOf(callee.id)) ?? '');
    return claimed?.state === 'ringing' && claimed.callerId === callee.id && claimed.inviteeIds.includes(caller.id);
  }

  async #ring(session: Session, record: CallRecord, callee: MemberRecord): Promise<Reply> {
    this.#journal.opened(record);
    // Whoever is removed looks for its calls after its row is gone; we look for the row after the claim: one of the two sees the other.
    let isThere = !session.over;
    try {
      isThere &&= (await this.#core.options.presence.get(record.room, callee.id)) !== null;
    } catch (error) {
      this.#core.failed(error, 'invite');
    }
    if (isThere) return this.#ok(session, record);
    const memberId = session.over ? session.memberId : callee.id;
    await this.#journal.change(record.callId, { type: 'departed', memberId, how: 'lost', at: this.#core.now() }, session);
    return refuse(session.over ? 'not-joined' : 'member-not-found');
  }

  /** `ringing`, `accept`, `reject`, `cancel`, `connected`, `rebuild`, `hangup`: one transition each. */
  async request(session: Session, request: RequestOf<OneStep>): Promise<Reply> {
    const outcome = await this.#journal.change(request.callId, this.#eventOf(session, request), session);
    if (!outcome.ok) return this.#refusal(session, outcome);
    if (request.t === 'reject' && outcome.changed) this.#limits.rejected(outcome.record, this.#core.now());
    if (request.t === 'accept') this.#limits.accepted(outcome.record);
    if (request.t === 'accept') return this.#bound(session, outcome.record);
    return request.t === 'ringing' ? { ok: true } : this.#ok(session, outcome.record);
  }

  /** The call is this session's, which may have come to its end while it accepted. */
  async #bound(session: Session, record: CallRecord): Promise<Reply> {
    if (!session.over) return this.#ok(session, record);
    await this.departed(session, 'lost');
    return refuse('not-joined');
  }

  #eventOf(by: Session, request: RequestOf<OneStep>): CallEvent {
    const at = this.#core.now();
    switch (request.t) {
      case 'ringing': return { type: 'ringing-confirmed', by };
      case 'accept': return { type: 'accepted', by, media: request.media, answer: request.answer };
      case 'reject': return { type: 'rejected', by, at };
      case 'cancel': return { type: 'cancelled', by, at };
      case 'connected': return { type: 'connected', by, at };
      case 'rebuild': return { type: 'rebuilt', by, generation: request.generation };
      case 'hangup': return { type: 'hung-up', by, reason: request.reason, at };
    }
  }

  async signal(session: Session, { callId, generation = 0, n, description, candidates }: RequestOf<'signal'>): Promise<Reply> {
    const known = await this.#core.options.calls.get(callId);
    const role = known && roleOf(known, session);
    if (!known || known.state === 'ended' || (role !== 'caller' && role !== 'callee')) return refuse('call-not-found');
    // While it rings only the caller has something to say, and nothing but candidates.
    if (known.state === 'ringing' && (role === 'callee' || description || !candidates)) return refuse('bad-message');
    // Of a connection that is given up.
    if (generation !== known.generation) return { ok: true };
    if (!this.#journal.isFirst(callId, session.sessionId, generation, n)) return { ok: true };
    if (!this.#journal.countCandidates(callId, session.sessionId, generation, candidates?.length ?? 0, description !== undefined)) return refuse('too-large');
    let record = known;
    if (known.state === 'ringing' && candidates) {
      const outcome = await this.#journal.change(callId, { type: 'candidates-added', by: session, candidates }, session);
      if (!outcome.ok) return this.#refusal(session, outcome);
      record = outcome.record;
    }
    for (const receiver of this.#journal.partiesAt(record, peerIdOf(record, session.memberId))) {
      // For a device that is away the event waits: it may know the call already, and would not look for more candidates in what its return brings.
      receiver.emit({ t: 'signal', callId, ...(generation > 0 && { generation }), n, ...(description && { description }), ...(candidates && { candidates }) });
    }
    return { ok: true };
  }

  /** The call that an earlier hub had given this member a ticket of goes on here: as it was, and whichever of the two comes first. */
  async restore(session: Session, text: string | undefined): Promise<void> {
    const ticket = this.#core.tickets.read('call', text);
    const { member } = session;
    if (!ticket || ticket.room !== member.room) return;
    const party = [ticket.caller, ticket.callee].find(({ id }) => id === member.id);
    if (!party || (party.userId ?? null) !== member.userId) return;
    const record = returnedCall(ticket, session, this.#core.now());
    const claim = await this.#journal.claim(record);
    if (!claim.ok) {
      // Brought back by the other. Where one of the two is in another call by now, this one is over.
      if (claim.cause === 'duplicate') await this.#journal.change(ticket.callId, { type: 'returned', by: session, rev: ticket.rev }, session);
      return;
    }
    this.#journal.restored(record, session);
    const other = member.id === ticket.caller.id ? ticket.callee.id : ticket.caller.id;
    const isMissing = ({ callerId, callerSession, calleeSession }: CallRecord) => (other === callerId ? callerSession : calleeSession) === null;
    const departed = { type: 'departed', memberId: other, how: 'lost' } as const;
    this.#core.setTimer(this.#core.options.resumeGraceInCallMs ?? RESUME_GRACE_IN_CALL_MS, () => void this.#core.untilDone('end a call that one came back to', () =>
      this.#journal.change(ticket.callId, (now) => (isMissing(now) ? transitionCall(now, { ...departed, at: this.#core.now() }) : { next: now }), null)));
  }

  /** The call this session takes part in, or should ring for: with time enough left if it would only begin to ring. */
  async callOf(session: Session, options: { readonly startsRinging: boolean }): Promise<CallRecord | null> {
    const { calls } = this.#core.options;
    const callId = await calls.claimOf(session.memberId);
    const record = callId === null ? null : await calls.get(callId);
    const role = record && roleOf(record, session);
    if (!record || record.state === 'ended' || (role !== 'caller' && role !== 'callee')) return null;
    if (role === 'callee' && record.state === 'ringing' && session.availability.doNotDisturb) return null;
    const tooLate = options.startsRinging && role === 'callee' && record.state === 'ringing' && record.expiresAt - this.#core.now() < MIN_RING_LEFT_MS;
    return tooLate ? null : record;
  }

  /**
   * The call as it should be known to this session, where that differs from what it believes. A belief in a call that nobody here knows (this hub started
   * after it) gets no answer: media outlives signaling, and whether such a call goes on is for the two parties to say.
   */
  async correction(session: Session, callId: string | undefined, callRev: number | undefined): Promise<WireCall | null> {
    let record = await this.callOf(session, { startsRinging: true });
    if (!record && callId !== undefined) {
      const believed = await this.#core.options.calls.get(callId);
      if (believed && roleOf(believed, session) !== null && believed.state !== 'ringing') record = believed;
    }
    if (!record || (record.callId === callId && record.rev === callRev)) return null;
    return this.view(session, record);
  }

  view(session: Session, record: CallRecord): WireCall {
    return this.#journal.view(session, record);
  }

  /** The session is away: the other party hears of it once a call is accepted. Resolves whether it has a call to return to. */
  async away(session: Session): Promise<boolean> {
    const { absence } = session;
    if (absence === null || session.over) return false;
    const record = await this.callOf(session, { startsRinging: false });
    if (!record) return false;
    if (record.state !== 'ringing') {
      if (session.toldAway !== record.callId) {
        session.toldAway = record.callId;
        this.#journal.tellPeer(session, record, true, absence);
      }
    } else if (record.callerSession === session.sessionId) {
      if (absence === 'unload') await this.#journal.change(record.callId, { type: 'cancelled', by: session, at: this.#core.now() }, session);
      else this.#endIfStillLost(session, record.callId);
    }
    return true;
  }

  async back(session: Session, cause: 'unload' | 'lost'): Promise<void> {
    const callId = session.toldAway;
    if (callId === null || session.absence !== null) return;
    session.toldAway = null;
    const record = await this.#core.options.calls.get(callId);
    if (record && record.state !== 'ended') this.#journal.tellPeer(session, record, false, cause);
  }

  #endIfStillLost(session: Session, callId: string): void {
    const { attachments } = session;
    const isStillLost = () => session.absence !== null && session.attachments === attachments;
    this.#core.setTimer(LOST_CALLER_RINGS_MS, () => {
      const departed = { type: 'departed', memberId: session.memberId, how: 'lost', at: this.#core.now() } as const;
      void this.#core.untilDone('end the call of a lost caller', () =>
        this.#journal.change(callId, (record) => (record.state === 'ringing' && isStillLost() ? transitionCall(record, departed) : { next: record }), null));
    });
  }

  /** The session will not come back: its call is over, and so is one that only rang for it. */
  async departed(session: Session, how: Departure): Promise<void> {
    const { calls } = this.#core.options;
    const callId = await calls.claimOf(session.memberId);
    if (callId === null) return;
    await this.#journal.change(callId, (record): Transition => {
      const isBound = record.callerSession === session.sessionId || record.calleeSession === session.sessionId;
      if (!isBound && !session.member.gone) return { next: record };
      return transitionCall(record, { type: 'departed', memberId: session.memberId, how, at: this.#core.now() });
    }, session);
  }

  async end(callId: string): Promise<boolean> {
    const outcome = await this.#journal.change(callId, { type: 'stopped', at: this.#core.now() }, null);
    return outcome.ok && outcome.changed;
  }

  #ok(session: Session, record: CallRecord): Reply {
    return { ok: true, call: this.view(session, record) };
  }

  #refusal(session: Session, outcome: Outcome & { readonly ok: false }): Reply {
    return refuse(outcome.code, outcome.code === 'too-late' && outcome.record ? this.view(session, outcome.record) : undefined);
  }
}
