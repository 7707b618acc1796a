import type { CallRecord, MemberRecord } from './ports.js';
import { TokenBucket } from './token-bucket.js';

// How often somebody may ring others. Who dials again and again after "busy" or "no answer" notices nothing of it; who rings a whole room, or one who does not
// want to be rung, does.

/** So many at once before the pace counts, as a multiple of a minute's: 20 with the default of 6. */
const BURST_MINUTES = 10 / 3;
/** The second rejection in a row by the same person costs this; each further one twice as much. */
const FIRST_WAIT_MS = 15_000;
const LONGEST_WAIT_MS = 60 * 60_000;
/** So long after the wait is over rejections are forgotten; an accepted call makes them so at once. */
const FORGET_MS = 60 * 60_000;
/** Whoever is forgotten for want of room starts anew: more than this are an attack, which joins are limited for. */
const MAX_KNOWN = 50_000;

interface Rejections {
  readonly count: number;
  readonly until: number;
}

type Person = Pick<MemberRecord, 'id' | 'room' | 'userId'>;

/** One person over all memberships of a room, where somebody vouches for it; else one membership. */
const keyOf = ({ room, id, userId }: Person): string => JSON.stringify(userId === undefined ? [room, id] : [room, userId, 'user']);

function remember<T>(map: Map<string, T>, key: string, value: T, isOver: (value: T) => boolean): void {
  map.delete(key);
  map.set(key, value);
  // Kept in order of last use: those at the front are the first that can go.
  for (const [first, old] of map) {
    if (map.size <= MAX_KNOWN && !isOver(old)) break;
    map.delete(first);
  }
}

/** Invitations a minute of one person, and those to somebody who keeps rejecting. */
export class InviteLimits {
  readonly #perMinute: number;
  readonly #buckets = new Map<string, TokenBucket>();
  /** By caller and callee. */
  readonly #rejections = new Map<string, Rejections>();

  /** `perMinute`: 0 for no limit at all. */
  constructor(perMinute: number) {
    this.#perMinute = perMinute;
  }

  /** An invitation: 0, or the milliseconds for which it is refused. */
  take(caller: Person, callee: Person, now: number): number {
    if (this.#perMinute === 0) return 0;
    const waitMs = (this.#rejections.get(this.#pair(caller, callee))?.until ?? 0) - now;
    if (waitMs > 0) return waitMs;
    const key = keyOf(caller);
    const bucket = this.#buckets.get(key) ?? new TokenBucket({ perSecond: this.#perMinute / 60, burst: Math.ceil(this.#perMinute * BURST_MINUTES) }, now);
    remember(this.#buckets, key, bucket, (old) => old !== bucket && old.isFull(now));
    return bucket.take(now);
  }

  rejected(record: CallRecord, now: number): void {
    if (this.#perMinute === 0) return;
    const key = this.#pairOf(record);
    const count = this.#count(key, now) + 1;
    const waitMs = count < 2 ? 0 : Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** (count - 2));
    remember(this.#rejections, key, { count, until: now + waitMs }, ({ until }) => until + FORGET_MS < now);
  }

  /** A call that was wanted costs nothing. */
  accepted(record: CallRecord): void {
    const caller = record.parties[0];
    if (caller) this.#buckets.get(keyOf({ ...caller, room: record.room }))?.giveBack();
    this.#rejections.delete(this.#pairOf(record));
    this.#rejections.delete(this.#pairOf(record, true));
  }

  #count(key: string, now: number): number {
    const known = this.#rejections.get(key);
    return known && known.until + FORGET_MS > now ? known.count : 0;
  }

  #pair(caller: Person, callee: Person): string {
    return `${keyOf(caller)} ${keyOf(callee)}`;
  }

  #pairOf({ room, parties }: CallRecord, reverse = false): string {
    const [caller, callee] = parties.map((party) => ({ ...party, room }));
    if (!caller || !callee) return '';
    return reverse ? this.#pair(callee, caller) : this.#pair(caller, callee);
  }
}
