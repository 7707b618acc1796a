import type { CallRecord, CallStore, ClaimResult } from './ports.js';

/** Calls in this process's memory. */
export class MemoryCallStore implements CallStore {
  readonly #calls = new Map<string, CallRecord>();
  readonly #claims = new Map<string, string>();
  /** Ended calls in the order they ended. */
  readonly #tombstones = new Set<string>();

  async claim(call: CallRecord): Promise<ClaimResult> {
    if (this.#calls.has(call.callId)) return { ok: false, cause: 'duplicate', with: call.callId };
    const own = this.#claiming(call.callerId);
    if (own) {
      const isGlare = own.state === 'ringing' && call.inviteeIds.includes(own.callerId) && own.inviteeIds.includes(call.callerId);
      return { ok: false, cause: isGlare ? 'glare' : 'busy-self', with: own.callId };
    }
    const holders = call.inviteeIds.map((id) => this.#claiming(id));
    const [holder] = holders;
    if (holder && holders.every((held) => held !== null)) return { ok: false, cause: 'busy-peer', with: holder.callId };
    this.#calls.set(call.callId, call);
    this.#claims.set(call.callerId, call.callId);
    call.inviteeIds.forEach((id, index) => holders[index] || this.#claims.set(id, call.callId));
    return { ok: true };
  }

  async get(callId: string): Promise<CallRecord | null> {
    return this.#calls.get(callId) ?? null;
  }

  async transition(fromRev: number, next: CallRecord): Promise<boolean> {
    if (this.#calls.get(next.callId)?.rev !== fromRev) return false;
    this.#calls.set(next.callId, next);
    if (next.state === 'ended') this.#tombstones.add(next.callId);
    return true;
  }

  async release(callId: string, memberIds: readonly string[]): Promise<void> {
    for (const id of memberIds) if (this.#claims.get(id) === callId) this.#claims.delete(id);
  }

  async claimOf(memberId: string): Promise<string | null> {
    return this.#claiming(memberId)?.callId ?? null;
  }

  async sweep(olderThan: number): Promise<void> {
    for (const callId of this.#tombstones) {
      const call = this.#calls.get(callId);
      if (call && (call.endedAt ?? 0) >= olderThan) break;
      this.#tombstones.delete(callId);
      this.#calls.delete(callId);
      if (call) await this.release(callId, [call.callerId, ...call.inviteeIds]);
    }
  }

  #claiming(memberId: string): CallRecord | null {
    const call = this.#calls.get(this.#claims.get(memberId) ?? '');
    return call && call.state !== 'ended' ? call : null;
  }
}
