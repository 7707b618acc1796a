import { PRESENCE_BATCH_MS } from '../protocol/hub-limits.js';
import type { RoomSnapshot, WireMember } from '../protocol/messages.js';
import type { HubCore } from './hub-core.js';
import type { MemberRecord } from './ports.js';
import { audienceOf, coalesce, wireOf, type RoomChange } from './rooms.js';

/** A list read while deltas go out may be older than the last of them; older again and again means that the store lost revisions. */
const MAX_TRIES = 8;

/**
 * From this many members on, newcomers wait for the next batch and get the list in one frame, encoded once for all who came within it: with 800 joining at
 * once, encoding a list for each had been half of the server's work. In smaller rooms the welcome brings it, without the wait.
 */
const SHARED_LIST_FROM = 50;

interface Newcomers {
  readonly audience: string;
  /** Connection id → still wanted (its session is still on that connection). */
  readonly waiting: Map<string, () => boolean>;
}

interface Pending {
  /** Everything up to here has been sent; null before the first delta. */
  sent: number | null;
  /** The newest revision noted. */
  latest: number;
  readonly changes: Map<number, RoomChange>;
  cancel: (() => void) | null;
  /** A revision was missing at the last flush: one more batch is given for it to arrive. */
  isWaiting: boolean;
  newcomers: Newcomers | null;
}

/** Gathers the changes of each room into deltas, and hands out snapshots that the next delta fits on. */
export class PresenceFeed {
  readonly #core: HubCore;
  readonly #rooms = new Map<string, Pending>();
  readonly #lists = new WeakMap<readonly MemberRecord[], WireMember[]>();
  #batches = 0;

  constructor(core: HubCore) {
    this.#core = core;
  }

  /** Revision `rev` of the room is this change. May come in any order; too late for a room with nobody left to hear it. */
  note(room: string, rev: number, change: RoomChange): void {
    if (!this.#core.rooms.has(room)) return;
    let pending = this.#rooms.get(room);
    if (!pending) this.#rooms.set(room, (pending = { sent: null, latest: rev, changes: new Map(), cancel: null, isWaiting: false, newcomers: null }));
    // Given up waiting for: whoever saw the gap has asked for a snapshot.
    if (pending.sent !== null && rev <= pending.sent) return;
    pending.changes.set(rev, change);
    pending.latest = Math.max(pending.latest, rev);
    this.#schedule(room, pending);
  }

  /**
   * Whether this newcomer, subscribed already, is given the list with the next batch (a delta from revision 0) and not with its welcome. Until then it hears
   * of no other: it could not make sense of one.
   */
  sharesList(room: string, connectionId: string, isWanted: () => boolean): boolean {
    const pending = this.#rooms.get(room);
    if (!pending || (this.#core.rooms.get(room) ?? 0) < SHARED_LIST_FROM) return false;
    const { links } = this.#core.options;
    // No room's name has a line break: nobody can call theirs so, and be told who is in this one.
    const newcomers = (pending.newcomers ??= { audience: `${audienceOf({ room })}\n${++this.#batches}`, waiting: new Map() });
    newcomers.waiting.set(connectionId, isWanted);
    links.unsubscribe(connectionId, audienceOf({ room }));
    links.subscribe(connectionId, newcomers.audience);
    this.#schedule(room, pending);
    return true;
  }

  /** The last member here has left: nobody is listening. */
  forget(room: string): void {
    this.#rooms.get(room)?.cancel?.();
    this.#rooms.delete(room);
  }

  /** The whole room, no older than the last delta sent, so that the next one chains. The caller must be subscribed before it asks. */
  async snapshot(room: string): Promise<RoomSnapshot> {
    for (let tries = 0; tries < MAX_TRIES; tries++) {
      const { rev, members } = await this.#core.options.presence.list(room);
      if (rev < (this.#rooms.get(room)?.sent ?? 0)) continue;
      let wire = this.#lists.get(members);
      if (!wire) this.#lists.set(members, (wire = members.map(wireOf)));
      return { rev, members: wire };
    }
    throw new Error('the presence store lags behind its own revisions');
  }

  /** Whether a viewer at `rev` gets all it lacks with the next delta, or lacks nothing. */
  chains(room: string, rev: number): boolean {
    const pending = this.#rooms.get(room);
    if (!pending || pending.sent === null) return false;
    return rev >= pending.sent && rev <= pending.latest;
  }

  #schedule(room: string, pending: Pending): void {
    pending.cancel ??= this.#core.setTimer(this.#core.options.presenceBatchMs ?? PRESENCE_BATCH_MS, () => {
      pending.cancel = null;
      this.#flush(room, pending);
    });
  }

  async #greet(room: string, { audience, waiting }: Newcomers): Promise<void> {
    const { links } = this.#core.options;
    const { rev, members } = await this.snapshot(room);
    links.broadcast(audience, { t: 'room', fromRev: 0, rev, put: members });
    for (const [connectionId, isWanted] of waiting) {
      links.unsubscribe(connectionId, audience);
      if (isWanted()) links.subscribe(connectionId, audienceOf({ room }));
    }
  }

  #flush(room: string, pending: Pending): void {
    const { newcomers } = pending;
    pending.newcomers = null;
    this.#sendDelta(room, pending);
    // Nothing is lost meanwhile: the list is read after this batch, and the next one fits on it.
    if (newcomers) void this.#core.untilDone('greet newcomers', () => this.#greet(room, newcomers));
  }

  #sendDelta(room: string, pending: Pending): void {
    const from = pending.sent ?? Math.min(...pending.changes.keys()) - 1;
    const run: RoomChange[] = [];
    let rev = from;
    for (let change; (change = pending.changes.get(rev + 1)); run.push(change)) pending.changes.delete(++rev);
    pending.sent = rev;
    if (run.length > 0) {
      pending.isWaiting = false;
      this.#core.options.links.broadcast(audienceOf({ room }), coalesce(from, rev, run));
    }
    if (pending.changes.size === 0) return;
    // A hole: a slower answer of the store (wait one batch), or one that never came (go on; viewers see that it does not chain).
    if (pending.isWaiting) {
      pending.isWaiting = false;
      pending.sent = Math.min(...pending.changes.keys()) - 1;
      this.#sendDelta(room, pending);
    } else {
      pending.isWaiting = true;
      this.#schedule(room, pending);
    }
  }
}
