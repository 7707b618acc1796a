import type { LocalMember } from './sessions.js';

/** How long somebody who was sent away stays out where nobody says: their token may be good for as long as that, and theirs to use again at once. */
export const KICK_SECONDS = 3_600;

/** Who may not come back yet: the user in that room, and whatever this hub or an earlier one has given the member to come back with. */
export class Bans {
  readonly #now: () => number;
  /** When each ends. */
  readonly #until = new Map<string, number>();

  constructor(now: () => number) {
    this.#now = now;
  }

  /** Those that are over go when others are added. */
  add({ room, id, userId, sessions }: LocalMember, seconds: number): void {
    const now = this.#now();
    for (const [key, until] of this.#until) if (until <= now) this.#until.delete(key);
    const until = now + seconds * 1000;
    const keys = [memberKey(id), ...[...sessions].map(({ sessionId }) => sessionKey(sessionId)), ...(userId === null ? [] : [userKey(room, userId)])];
    for (const key of keys) this.#until.set(key, Math.max(until, this.#until.get(key) ?? 0));
  }

  hasUser(room: string, userId: string | undefined): boolean {
    return userId !== undefined && this.#has(userKey(room, userId));
  }

  hasSession(sessionId: string | undefined): boolean {
    return sessionId !== undefined && this.#has(sessionKey(sessionId));
  }

  hasMember(memberId: string | undefined): boolean {
    return memberId !== undefined && this.#has(memberKey(memberId));
  }

  #has(key: string): boolean {
    return (this.#until.get(key) ?? 0) > this.#now();
  }
}

const userKey = (room: string, userId: string): string => JSON.stringify(['user', room, userId]);
const sessionKey = (sessionId: string): string => JSON.stringify(['session', sessionId]);
const memberKey = (memberId: string): string => JSON.stringify(['member', memberId]);
