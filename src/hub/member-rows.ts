import { MAX_ROOM_MEMBERS } from '../protocol/hub-limits.js';
import type { HubCore } from './hub-core.js';
import type { Identity, MemberRecord } from './ports.js';
import type { PresenceFeed } from './presence-feed.js';
import { newMember, wireOf } from './rooms.js';
import { Session, type LocalMember } from './sessions.js';

/** When a member's row appears in its room and disappears from it: with its first session and with its last. */
export class MemberRows {
  readonly #core: HubCore;
  readonly #feed: PresenceFeed;
  /** One at a time per authenticated user and room, so that two tabs never make two rows, and none is removed under a tab that has just come. */
  readonly #turns = new Map<string, Promise<unknown>>();

  constructor(core: HubCore, feed: PresenceFeed) {
    this.#core = core;
    this.#feed = feed;
  }

  /** A new session: of the member that this user is already, else of a new one, which gets `formerId` if nobody has it. Null: the room is full. */
  enter(room: string, nickname: string, identity: Identity | null, formerId?: string): Promise<Session | null> {
    const enter = async () => {
      const member = (identity && (await this.#memberOf(room, identity.userId))) ?? (await this.#add(room, nickname, identity, formerId));
      return member && this.#newSession(member);
    };
    return this.#inTurn(room, identity?.userId ?? null, enter);
  }

  /** Takes the session out, and with the last one the member. */
  exit(session: Session): Promise<void> {
    const { member } = session;
    const { id, room, userId } = member;
    this.#core.sessions.delete(session.sessionId);
    member.sessions.delete(session);
    return this.#inTurn(room, userId, async () => {
      if (member.sessions.size > 0 || member.gone) return;
      member.gone = true;
      this.#core.members.delete(id);
      await this.#core.untilDone('remove a member', async () => {
        const removed = await this.#core.options.presence.remove(room, id);
        if (removed) this.#feed.note(room, removed.rev, { del: id });
      });
      const left = (this.#core.rooms.get(room) ?? 1) - 1;
      if (left > 0) this.#core.rooms.set(room, left);
      else {
        this.#core.rooms.delete(room);
        this.#feed.forget(room);
      }
      this.#core.fact({ type: 'member.left', room, memberId: id, userId, at: this.#core.now() });
    });
  }

  async #memberOf(room: string, userId: string): Promise<LocalMember | null> {
    const record = await this.#core.options.presence.findByUser(room, userId);
    return record && (this.#core.members.get(record.id) ?? this.#hold(record));
  }

  async #add(room: string, nickname: string, identity: Identity | null, formerId?: string): Promise<LocalMember | null> {
    const { presence, randomId, maxRoomMembers = MAX_ROOM_MEMBERS } = this.#core.options;
    const wanted = newMember(formerId ?? randomId(9), room, nickname, identity, this.#core.now());
    let added;
    try {
      added = await presence.add(wanted, maxRoomMembers);
    } catch (error) {
      // It may be there all the same.
      void this.#core.untilDone('undo a join', async () => {
        const stored = await presence.get(room, wanted.id);
        if (stored?.since === wanted.since) await presence.remove(room, wanted.id);
      });
      throw error;
    }
    if (!added.ok) return added.refused === 'id-taken' ? this.#add(room, nickname, identity) : null;
    const member = this.#hold(added.member);
    this.#feed.note(room, added.rev, { put: wireOf(added.member) });
    this.#core.fact({ type: 'member.joined', room, memberId: member.id, userId: member.userId, at: this.#core.now() });
    return member;
  }

  #hold({ id, room, userId }: MemberRecord): LocalMember {
    const member: LocalMember = { id, room, userId: userId ?? null, sessions: new Set(), gone: false };
    this.#core.members.set(id, member);
    this.#core.rooms.set(room, (this.#core.rooms.get(room) ?? 0) + 1);
    return member;
  }

  #newSession(member: LocalMember): Session {
    const { randomId, links } = this.#core.options;
    const session = new Session(randomId(12), randomId(32), member, links);
    member.sessions.add(session);
    this.#core.sessions.set(session.sessionId, session);
    return session;
  }

  async #inTurn<T>(room: string, userId: string | null, task: () => Promise<T>): Promise<T> {
    if (userId === null) return task();
    const key = JSON.stringify([room, userId]);
    const turn = (this.#turns.get(key) ?? Promise.resolve()).then(task);
    const settled: Promise<unknown> = turn.catch(() => {}).then(() => {
      if (this.#turns.get(key) === settled) this.#turns.delete(key);
    });
    this.#turns.set(key, settled);
    return turn;
  }
}
