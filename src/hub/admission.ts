import { PROTOCOL_VERSION } from '../protocol/limits.js';
import type { Reply, RequestOf } from '../protocol/messages.js';
import { parseNickname, parseRoomName } from '../protocol/names.js';
import type { MemberTicket } from '../protocol/tickets.js';
import { AVAILABLE } from './availability.js';
import type { Bans } from './bans.js';
import type { CallDesk } from './call-desk.js';
import { refuse, type Connection, type HubCore } from './hub-core.js';
import type { MemberRows } from './member-rows.js';
import type { Identity, MemberRecord } from './ports.js';
import type { PresenceFeed } from './presence-feed.js';
import { wireOf } from './rooms.js';
import type { SessionLife } from './session-life.js';
import type { Session } from './sessions.js';

interface Return {
  readonly isNew: boolean;
  /** The event after which all are sent again; null: they are not all kept, or never came. */
  readonly replayFrom: number | null;
  /** The room as the client knows it. */
  readonly rev: number | undefined;
}

/** `hello`: who may come in, as whom, and what a newcomer or a returning session is told. */
export class Admission {
  readonly #core: HubCore;
  readonly #feed: PresenceFeed;
  readonly #rows: MemberRows;
  readonly #life: SessionLife;
  readonly #desk: CallDesk;
  readonly #bans: Bans;

  constructor(core: HubCore, feed: PresenceFeed, rows: MemberRows, life: SessionLife, desk: CallDesk, bans: Bans) {
    this.#core = core;
    this.#feed = feed;
    this.#rows = rows;
    this.#life = life;
    this.#desk = desk;
    this.#bans = bans;
  }

  async hello(connection: Connection, request: RequestOf<'hello'>): Promise<Reply> {
    if (!request.versions.includes(PROTOCOL_VERSION)) return refuse('version-mismatch');
    const room = parseRoomName(request.room);
    if (room === null) return refuse('room-invalid');
    const authorization = await this.#core.options.authorize(request.token ?? null, connection.id, room);
    if (!authorization.ok) return refuse(authorization.code);
    const { identity } = authorization;
    const before = this.#before(request, room, identity);
    const isBanned = (): boolean => this.#bans.hasUser(room, identity?.userId);
    if (isBanned() || this.#bans.hasSession(request.resume?.sessionId) || this.#bans.hasMember(before?.memberId)) return refuse('kicked');
    if (!connection.isUp) return refuse('unavailable');
    const known = this.#resumable(request, room, identity);
    if (known) {
      this.#note(known, request, identity);
      return this.#resume(connection, known, request.resume);
    }
    const asked = parseNickname(identity?.nickname ?? request.nickname);
    if (asked === null) return refuse('nickname-invalid');
    // What was granted then, so that of two Anas each keeps her own.
    const nickname = before && (before.nickname === asked || before.nickname.startsWith(`${asked} #`)) ? before.nickname : asked;
    const session = await this.#rows.enter(room, nickname, identity, before?.memberId);
    if (!session) return refuse('room-full');
    // Sent away while it was entering by another tab.
    if (isBanned()) {
      await this.#life.expel(session);
      return refuse('kicked');
    }
    this.#note(session, request, identity);
    session.helloId = request.id;
    this.#core.unconfirmed.set(request.id, session);
    return this.#welcome(connection, session, { isNew: true, replayFrom: null, rev: undefined }, request.callTicket);
  }

  /** Who this was at an earlier hub. */
  #before({ resume }: RequestOf<'hello'>, room: string, identity: Identity | null): MemberTicket | null {
    const ticket = this.#core.tickets.read('member', resume?.ticket);
    return ticket && ticket.room === room && (ticket.userId ?? null) === (identity?.userId ?? null) ? ticket : null;
  }

  /** What holds until its next hello. */
  #note(session: Session, { availability = AVAILABLE }: RequestOf<'hello'>, identity: Identity | null): void {
    session.availability = availability;
    session.isModerator = identity?.moderator ?? false;
  }

  /** A session that may be resumed with this secret; or one whose welcome got lost, by the hello that made it, asked again. */
  #resumable({ id, resume }: RequestOf<'hello'>, room: string, identity: Identity | null): Session | null {
    const session = resume ? this.#core.sessions.get(resume.sessionId) : this.#core.unconfirmed.get(id);
    if (!session || session.over) return null;
    if (resume && (resume.epoch !== this.#core.epoch || !session.accepts(resume.secret))) return null;
    return session.member.room === room && session.member.userId === (identity?.userId ?? null) ? session : null;
  }

  #resume(connection: Connection, session: Session, resume: RequestOf<'hello'>['resume']): Promise<Reply> {
    const lastSeq = resume?.lastSeq;
    const replayFrom = lastSeq !== undefined && session.canReplayFrom(lastSeq) ? lastSeq : null;
    // A page that comes once more with what it had before has not seen the welcome between.
    session.previousSecret = resume?.secret ?? null;
    session.secret = this.#core.options.randomId(32);
    return this.#welcome(connection, session, { isNew: false, replayFrom, rev: resume?.rev });
  }

  async #welcome(connection: Connection, session: Session, { isNew, replayFrom, rev }: Return, callTicket?: string): Promise<Reply> {
    const { member, secret } = session;
    this.#life.attach(connection, session);
    if (!connection.isUp) {
      // Gone meanwhile. It may ask again, on another link.
      this.#life.disconnected(session);
      return refuse('unavailable');
    }
    try {
      // First the number that events are counted from, then the state: what happens between is told twice rather than never. The room last: see the feed.
      const { seq } = session;
      const record = await this.#core.options.presence.get(member.room, member.id);
      if (!record) throw new Error('the member is gone from the presence store');
      const ice = await this.#core.options.iceServers(wireOf(record));
      await this.#desk.restore(session, callTicket);
      const call = await this.#desk.callOf(session, { startsRinging: true });
      const shared = isNew && this.#feed.sharesList(member.room, connection.id, () => connection.isUp && connection.session === session);
      const room = shared ? null : await this.#feed.snapshot(member.room);
      this.#core.setTimer(0, () => session.release(connection.id, replayFrom ?? seq));
      return {
        ok: true, version: PROTOCOL_VERSION, epoch: this.#core.epoch, sessionId: session.sessionId, secret, ticket: this.#ticketFor(record), seq, resumed: replayFrom !== null,
        memberId: member.id, nickname: record.nickname, now: this.#core.now(), ringTimeoutMs: this.#desk.ringTimeoutMs(), ...ice,
        ...(room && (replayFrom === null || room.rev !== rev) && { room }),
        ...(call && { call: this.#desk.view(session, call) }),
      };
    } catch (error) {
      await this.#life.refuse(connection, session, isNew);
      throw error;
    }
  }

  #ticketFor({ room, id, nickname, userId }: MemberRecord): string {
    return this.#core.tickets.forMember({ room, memberId: id, nickname, ...(userId !== undefined && { userId }) });
  }
}
