import { MAX_CANDIDATES_PER_NEGOTIATION } from '../protocol/hub-limits.js';
import { CONNECT_TIMEOUT_MS } from '../protocol/limits.js';
import type { HubCore } from './hub-core.js';
import type { CallRecord } from './ports.js';

/** The clients give up by themselves first; this is for two that did not. */
const CONNECT_BACKSTOP_MS = CONNECT_TIMEOUT_MS + 5_000;
const TOMBSTONE_MS = 60_000;
/** Signals this far behind the newest are taken for repeats. */
const SIGNAL_WINDOW = 512;

interface Watched {
  readonly rev: number;
  /** Ended calls stay as long as the store's tombstones, so that nothing late brings them back. */
  readonly endedAt: number | null;
  readonly cancel: () => void;
  /** Signal numbers seen, per sending session. */
  readonly seen: Map<string, Set<number>>;
  /** Candidates since the last description, per sending session. */
  readonly candidates: Map<string, number>;
}

/** What this hub keeps of calls beside the store: when each is due, and which signals have gone through. */
export class CallTimers {
  readonly #core: HubCore;
  readonly #onDue: (callId: string, was: CallRecord['state']) => void;
  readonly #calls = new Map<string, Watched>();
  #isSweeping = false;

  constructor(core: HubCore, onDue: (callId: string, was: CallRecord['state']) => void) {
    this.#core = core;
    this.#onDue = onDue;
  }

  /** Arms what this state of the call needs. False: a later state is known already, nothing was done. */
  watch(record: CallRecord): boolean {
    const { callId, rev, state } = record;
    const watched = this.#calls.get(callId);
    if (watched && watched.rev >= rev) return false;
    watched?.cancel();
    const delayMs = state === 'ringing' ? Math.max(0, record.expiresAt - this.#core.now()) : CONNECT_BACKSTOP_MS;
    const isDue = state === 'ringing' || state === 'connecting';
    const cancel = isDue ? this.#core.setTimer(delayMs, () => this.#onDue(callId, state)) : () => {};
    const { seen = new Map<string, Set<number>>(), candidates = new Map<string, number>() } = state === 'ended' ? {} : (watched ?? {});
    this.#calls.set(callId, { rev, cancel, endedAt: record.endedAt, seen, candidates });
    if (state === 'ended') this.#sweepLater();
    return true;
  }

  /** True once per sender and number. */
  isFirst(callId: string, sessionId: string, n: number): boolean {
    const watched = this.#calls.get(callId);
    if (!watched) return true;
    let seen = watched.seen.get(sessionId);
    if (!seen) watched.seen.set(sessionId, (seen = new Set()));
    // Kept in order of arrival, which is nearly the order of numbers: the oldest seen bounds what is still remembered.
    const [oldest = 0] = seen;
    if (seen.has(n) || (seen.size >= SIGNAL_WINDOW && n < oldest)) return false;
    seen.add(n);
    if (seen.size > SIGNAL_WINDOW) seen.delete(oldest);
    return true;
  }

  /** Whether the other side need go on listening to this sender's candidates. `afresh`: they come with a description. */
  countCandidates(callId: string, sessionId: string, count: number, afresh: boolean): boolean {
    const candidates = this.#calls.get(callId)?.candidates;
    const total = (afresh ? 0 : (candidates?.get(sessionId) ?? 0)) + count;
    candidates?.set(sessionId, total);
    return total <= MAX_CANDIDATES_PER_NEGOTIATION;
  }

  #sweepLater(): void {
    if (this.#isSweeping) return;
    this.#isSweeping = true;
    this.#core.setTimer(TOMBSTONE_MS, () => {
      this.#isSweeping = false;
      const olderThan = this.#core.now() - TOMBSTONE_MS + 1;
      void this.#core.untilDone('sweep calls', () => this.#core.options.calls.sweep(olderThan));
      let isLeft = false;
      for (const [callId, { endedAt }] of this.#calls) {
        if (endedAt === null) continue;
        if (endedAt < olderThan) this.#calls.delete(callId);
        else isLeft = true;
      }
      if (isLeft) this.#sweepLater();
    });
  }
}
