import type { ErrorCode } from '../protocol/codes.js';
import type { WireCall } from '../protocol/messages.js';
import { CallTimers } from './call-timers.js';
import { peerIdOf, viewFor } from './call-view.js';
import { endedCall, transitionCall, type CallEvent, type Transition } from './calls.js';
import type { HubCore } from './hub-core.js';
import type { MemberStatus } from './member-status.js';
import type { CallRecord, ClaimResult } from './ports.js';
import type { Absence, Session } from './sessions.js';

export type Outcome =
  | { readonly ok: true; readonly record: CallRecord; readonly changed: boolean }
  | { readonly ok: false; readonly code: ErrorCode; readonly record: CallRecord | null };

/** Each failed attempt means that somebody else moved the call on; it has few moves to make. */
const MAX_TRIES = 64;

/** Writes what is decided about calls into the store, one compare and set at a time, and tells everybody concerned. */
export class CallJournal {
  readonly #core: HubCore;
  readonly #status: MemberStatus;
  readonly #timers: CallTimers;

  constructor(core: HubCore, status: MemberStatus) {
    this.#core = core;
    this.#status = status;
    this.#timers = new CallTimers(core, (callId, was) => void core.untilDone('call due', () => this.#due(callId, was)));
  }

  /** As the store's; where the store fails, whatever it may have claimed is given back. */
  async claim(record: CallRecord): Promise<ClaimResult> {
    try {
      return await this.#core.options.calls.claim(record);
    } catch (error) {
      void this.#core.untilDone('give back a claim', async () => {
        const { calls } = this.#core.options;
        const stored = await calls.get(record.callId);
        // Nobody has heard of it, unless the callee was just calling the caller and has been merged into it.
        const isUndone = stored?.state === 'ringing' && (await calls.transition(stored.rev, endedCall(stored, 'server', null, this.#core.now())));
        if (!isUndone) await this.change(record.callId, { type: 'stopped', at: this.#core.now() }, null);
        await this.#release(record);
        this.#status.refresh(record.callerId, ...record.inviteeIds);
      });
      throw error;
    }
  }

  /** The claim stands: rings every device of the callee that is here; others ring when they return. */
  opened(record: CallRecord): void {
    this.#status.refresh(record.callerId, ...record.inviteeIds);
    this.#fact('call.ringing', record);
    // A store's answer may be slow: the call may have been merged, or be over, before we hear that it was claimed.
    if (!this.#timers.watch(record)) return;
    for (const session of this.partiesAt(record, peerIdOf(record, record.callerId))) if (session.isHere && !session.availability.doNotDisturb) this.#tell(session, record);
  }

  /** A call of an earlier hub goes on. Whoever is here of the other party hears of it, and says if it knows better. */
  restored(record: CallRecord, by: Session): void {
    this.#status.refresh(record.callerId, ...record.inviteeIds);
    this.#timers.watch(record);
    this.#fact('call.started', record);
    for (const session of this.partiesAt(record, peerIdOf(record, by.memberId))) this.#tell(session, record);
  }

  /**
   * To whoever was called, once the caller has its answer, which must not come later than where nobody is told. What it says is all that remains of the call.
   */
  tellMissed(record: CallRecord, reason: 'busy' | 'rejected'): void {
    const missed = endedCall(record, reason, null, this.#core.now());
    this.#core.setTimer(0, () => {
      for (const session of this.partiesAt(missed, peerIdOf(missed, missed.callerId))) session.emit({ t: 'missed', call: viewFor(missed, session, true) });
    });
  }

  /** Applies the event to the call as it stands, again if somebody was faster, until it is written or refused. `requester` learns of it by its reply. */
  async change(callId: string, event: CallEvent | ((record: CallRecord) => Transition), requester: Session | null): Promise<Outcome> {
    const { calls } = this.#core.options;
    for (let tries = 0; tries < MAX_TRIES; tries++) {
      const record = await calls.get(callId);
      if (!record) return { ok: false, code: 'call-not-found', record };
      const decided = typeof event === 'function' ? event(record) : transitionCall(record, event);
      if ('refusal' in decided) return { ok: false, code: decided.refusal, record };
      const { next } = decided;
      if (next === record) return { ok: true, record, changed: false };
      if (await this.#write(record.rev, next)) {
        this.#settled(record, next, requester);
        return { ok: true, record: next, changed: true };
      }
    }
    throw new Error('too many attempts to change one call');
  }

  view(session: Session, record: CallRecord): WireCall {
    const view = viewFor(record, session, this.#core.isOnline(peerIdOf(record, session.memberId)));
    const ticket = view.state === 'ended' ? undefined : this.#core.tickets.forCall(record);
    const shared = view.state === 'ringing' && view.direction === 'incoming' && session.member.sessions.size > 1;
    return { ...view, ...(ticket !== undefined && { ticket }), ...(shared && { shared }) };
  }

  /** The sessions here that stand for this member in this call: the bound one, or all of an invitee while none has accepted. */
  partiesAt(record: CallRecord, memberId: string): Session[] {
    const bound = memberId === record.callerId ? record.callerSession : record.calleeSession;
    if (bound === null) return [...(this.#core.members.get(memberId)?.sessions ?? [])];
    const session = this.#core.sessions.get(bound);
    return session ? [session] : [];
  }

  tellPeer(session: Session, record: CallRecord, away: boolean, cause: Absence): void {
    for (const peer of this.partiesAt(record, peerIdOf(record, session.memberId))) peer.emit({ t: 'peer-away', callId: record.callId, away, cause });
  }

  isFirst(callId: string, sessionId: string, generation: number, n: number): boolean {
    return this.#timers.isFirst(callId, `${sessionId} ${generation}`, n);
  }

  countCandidates(callId: string, sessionId: string, generation: number, count: number, afresh: boolean): boolean {
    return this.#timers.countCandidates(callId, `${sessionId} ${generation}`, count, afresh);
  }

  /** A write that failed may have happened all the same: then it counts. */
  async #write(fromRev: number, next: CallRecord): Promise<boolean> {
    const { calls } = this.#core.options;
    try {
      return await calls.transition(fromRev, next);
    } catch (error) {
      const stored = await calls.get(next.callId);
      const isOurs = stored?.rev === next.rev && stored.state === next.state && stored.calleeSession === next.calleeSession && stored.endedBy === next.endedBy;
      if (!isOurs) throw error;
      this.#core.failed(error, 'call transition');
      return true;
    }
  }

  #settled(before: CallRecord, next: CallRecord, requester: Session | null): void {
    const { state } = next;
    this.#timers.watch(next);
    if (state !== 'ringing' || before.ringing !== next.ringing) this.#tellAll(before, next, requester);
    if (state === 'active' && before.state !== state) this.#fact('call.started', next);
    if (state !== 'ended') return;
    this.#fact('call.ended', next);
    this.#status.refresh(next.callerId, ...next.inviteeIds);
    void this.#core.untilDone('release a call', () => this.#release(next));
  }

  #tellAll(before: CallRecord, next: CallRecord, requester: Session | null): void {
    const told = new Set(this.partiesAt(next, next.callerId));
    if (next.state !== 'ringing') {
      for (const id of next.inviteeIds) {
        for (const session of this.partiesAt(next, id)) told.add(session);
        // Those that rang in vain.
        if (before.calleeSession === null) for (const session of this.#core.members.get(id)?.sessions ?? []) told.add(session);
      }
    }
    // The reply says it; but of `active` both hear the same, whoever was first.
    if (requester && next.state !== 'active') told.delete(requester);
    for (const session of told) this.#tell(session, next);
  }

  #tell(session: Session, record: CallRecord): void {
    session.emit({ t: 'call', now: this.#core.now(), call: this.view(session, record) });
  }

  /** The time for what the call was has run out. Where it has moved on unwatched (a write that failed and happened), its next time is set. */
  async #due(callId: string, was: CallRecord['state']): Promise<void> {
    const type = was === 'ringing' ? 'ring-timed-out' : 'connect-timed-out';
    const outcome = await this.change(callId, { type, at: this.#core.now() }, null);
    if (outcome.ok && !outcome.changed) this.#timers.watch(outcome.record);
  }

  #release({ callId, callerId, inviteeIds }: CallRecord): Promise<void> {
    return this.#core.options.calls.release(callId, [callerId, ...inviteeIds]);
  }

  #fact(type: 'call.ringing' | 'call.started' | 'call.ended', record: CallRecord): void {
    const { room, callId, callerId, calleeId, inviteeIds, reason, connectedAt, endedAt } = record;
    this.#core.fact({
      type, room, callId, callerId, calleeId: calleeId ?? inviteeIds[0] ?? '', at: this.#core.now(),
      ...(reason !== null && { reason }),
      ...(connectedAt !== null && endedAt !== null && { durationMs: endedAt - connectedAt }),
    });
  }
}
