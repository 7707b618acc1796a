import { MAX_ROOM_MEMBERS, PROTOCOL_VERSION, RESUME_GRACE_IN_CALL_MS, RESUME_GRACE_MS, RETURN_WINDOW_MS } from '../protocol/limits.js';
import type { Reply, RequestOf } from '../protocol/messages.js';
import { parseNickname, parseRoomName } from '../protocol/names.js';
import type { CallDesk } from './call-desk.js';
import type { Departure } from './calls.js';
import { refuse, type Connection, type HubCore } from './hub-core.js';
import type { MemberStatus } from './member-status.js';
import type { Identity, MemberRecord } from './ports.js';
import type { PresenceFeed } from './presence-feed.js';
import { audienceOf, newMember, wireOf } from './rooms.js';
import { Session, type Absence, type LocalMember } from './sessions.js';

/** Coming, going, and everything between: who has a session, for how long it is kept, when a member's row appears and disappears. */
export class Membership {
  readonly #core: HubCore;
  readonly #feed: PresenceFeed;
  readonly #status: MemberStatus;
  readonly #desk: CallDesk;
  /** Sessions whose welcome may not have arrived, by the id of the hello that made them: that hello again gets them back. */
  readonly #unconfirmed = new Map<string, Session>();
  /** One at a time per authenticated user and room, so that two tabs never make two rows. */
  readonly #userTurns = new Map<string, Promise<unknown>>();
  readonly #membersOfRoom = new Map<string, number>();
  readonly #bans = new Map<string, number>();

  constructor(core: HubCore, feed: PresenceFeed, status: MemberStatus, desk: CallDesk) {
    this.#core = core;
    this.#feed = feed;
    this.#status = status;
    this.#desk = desk;
  }

  get rooms(): number {
    return this.#membersOfRoom.size;
  }

  async hello(connection: Connection, request: RequestOf<'hello'>): Promise<Reply> {
    if (!request.versions.includes(PROTOCOL_VERSION)) return refuse('version-mismatch');
    const room = parseRoomName(request.room);
    if (room === null) return refuse('room-invalid');
    const authorization = await this.#core.options.authorize(request.token ?? null, connection.id, room);
    if (!authorization.ok) return refuse(authorization.code);
    const { identity } = authorization;
    if (identity && this.#isBanned(userKey(room, identity.userId))) return refuse('kicked');
    if (!connection.isUp) return refuse('unavailable');
    const known = this.#resumable(request, room, identity);
    if (known) return this.#resume(connection, known, request);
    const nickname = parseNickname(identity?.nickname ?? request.nickname);
    if (nickname === null) return refuse('nickname-invalid');
    return this.#join(connection, request.id, room, nickname, identity);
  }

  async leave(session: Session): Promise<Reply> {
    const { connectionId } = session;
    await this.#end(session, 'left');
    // After the reply has gone.
    if (connectionId !== null) this.#core.setTimer(0, () => this.#core.options.links.close(connectionId, 'left'));
    return { ok: true };
  }

  async bye(session: Session): Promise<Reply> {
    this.#gone(session, 'unload');
    await this.#desk.away(session);
    return { ok: true };
  }

  /** The link of this session broke; after a `bye` that was to be expected. */
  disconnected(session: Session): void {
    session.connectionId = null;
    if (session.absence === null) this.#gone(session, 'lost');
    this.absent(session);
  }

  /** Sees to the calls of a session that is away. */
  absent(session: Session): void {
    if (session.over) {
      void this.#core.untilDone('end a call', () => this.#desk.departed(session, 'lost'));
      return;
    }
    void session.enqueue(() => this.#core.untilDone('tell of an absence', async () => {
      const { attachments } = session;
      const hasCall = await this.#desk.away(session);
      if (hasCall && session.absence === 'lost' && session.attachments === attachments && !session.over) {
        this.#waitFor(session, this.#core.options.resumeGraceInCallMs ?? RESUME_GRACE_IN_CALL_MS);
      }
    }));
  }

  /** A request on a connection that had said `bye`: the page lives after all. */
  returned(session: Session): void {
    const { absence } = session;
    if (absence === null || session.connectionId === null) return;
    session.absence = null;
    this.#present(session, absence);
  }

  /** The client has its welcome: older secrets and its hello are of no more use. */
  confirmed(session: Session): void {
    session.previousSecret = null;
    if (session.helloId === null) return;
    this.#unconfirmed.delete(session.helloId);
    session.helloId = null;
  }

  async kick(room: string, memberId: string, banSeconds?: number): Promise<boolean> {
    const member = this.#core.members.get(memberId);
    if (!member || member.room !== room) return false;
    if (member.userId !== null && banSeconds) this.#bans.set(userKey(room, member.userId), this.#core.now() + banSeconds * 1000);
    await Promise.all([...member.sessions].map(async (session) => {
      const connection = this.#core.connections.get(session.connectionId ?? '');
      session.sendLast({ t: 'kicked', ...(banSeconds && { banSeconds }) });
      if (connection) this.#detach(connection, 'kicked');
      await this.#end(session, 'kicked');
    }));
    return true;
  }

  #resumable({ id, resume }: RequestOf<'hello'>, room: string, identity: Identity | null): Session | null {
    const session = resume ? this.#core.sessions.get(resume.sessionId) : this.#unconfirmed.get(id);
    if (!session || session.over || session.member.gone) return null;
    if (resume && (resume.epoch !== this.#core.epoch || !session.accepts(resume.secret))) return null;
    return session.member.room === room && session.member.userId === (identity?.userId ?? null) ? session : null;
  }

  async #resume(connection: Connection, session: Session, { id, resume }: RequestOf<'hello'>): Promise<Reply> {
    const { absence, connectionId } = session;
    const before = this.#core.connections.get(connectionId ?? '');
    if (before && before !== connection) {
      session.sendLast({ t: 'replaced' });
      this.#detach(before, 'replaced');
    }
    const canReplay = resume !== undefined && session.canReplayFrom(resume.lastSeq);
    // A page that asks once more with what it had before has not seen the welcome between.
    session.previousSecret = resume?.secret ?? null;
    session.secret = this.#core.options.randomId(32);
    this.#attach(connection, session, id);
    this.#present(session, absence ?? 'lost');
    return this.#welcome(connection, session, canReplay ? resume.lastSeq : null, resume?.rev);
  }

  async #join(connection: Connection, helloId: string, room: string, nickname: string, identity: Identity | null): Promise<Reply> {
    const member = identity
      ? await this.#inTurn(userKey(room, identity.userId), async () => (await this.#memberOf(room, identity.userId)) ?? this.#add(room, nickname, identity))
      : await this.#add(room, nickname, null);
    if (!member) return refuse('room-full');
    const { options } = this.#core;
    const session = new Session(options.randomId(12), options.randomId(32), member, options.links);
    member.sessions.add(session);
    this.#core.sessions.set(session.sessionId, session);
    try {
      if (connection.isUp && !member.gone) {
        this.#attach(connection, session, helloId);
        if (member.sessions.size > 1) this.#status.refresh(member.id);
        const reply = await this.#welcome(connection, session, null, undefined);
        if (connection.isUp || session.over) return reply;
      }
    } catch (error) {
      this.#detach(connection, 'not-joined');
      await this.#end(session, 'left');
      throw error;
    }
    // Nobody is there to hear the welcome, and nobody knows the secret.
    await this.#end(session, 'left');
    return refuse('unavailable');
  }

  async #memberOf(room: string, userId: string): Promise<LocalMember | null> {
    const record = await this.#core.options.presence.findByUser(room, userId);
    return record && (this.#core.members.get(record.id) ?? this.#hold(record));
  }

  async #add(room: string, nickname: string, identity: Identity | null): Promise<LocalMember | null> {
    const { presence, randomId, maxRoomMembers = MAX_ROOM_MEMBERS } = this.#core.options;
    const wanted = newMember(randomId(9), room, nickname, identity, this.#core.now());
    let added;
    try {
      added = await presence.add(wanted, maxRoomMembers);
    } catch (error) {
      void this.#core.untilDone('undo a join', () => presence.remove(room, wanted.id));
      throw error;
    }
    if (!added.ok) return null;
    this.#feed.note(room, added.rev, { put: wireOf(added.member) });
    const member = this.#hold(added.member);
    this.#core.options.onFact?.({ type: 'member.joined', room, memberId: member.id, userId: member.userId, at: this.#core.now() });
    return member;
  }

  #hold({ id, room, userId = null, nickname }: MemberRecord): LocalMember {
    const member: LocalMember = { id, room, userId, nickname, sessions: new Set(), gone: false };
    this.#core.members.set(id, member);
    this.#membersOfRoom.set(room, (this.#membersOfRoom.get(room) ?? 0) + 1);
    return member;
  }

  #attach(connection: Connection, session: Session, helloId: string): void {
    connection.session = session;
    session.attach(connection.id);
    this.#remember(session, helloId);
    // Before the snapshot is read, so that every delta after it arrives.
    this.#core.options.links.subscribe(connection.id, audienceOf(session.member));
  }

  #remember(session: Session, helloId: string): void {
    if (session.helloId !== null) this.#unconfirmed.delete(session.helloId);
    session.helloId = helloId;
    this.#unconfirmed.set(helloId, session);
  }

  #detach(connection: Connection, why: 'replaced' | 'kicked' | 'not-joined'): void {
    const { links } = this.#core.options;
    if (connection.session) links.unsubscribe(connection.id, audienceOf(connection.session.member));
    connection.session = null;
    connection.refusal = why;
    if (why !== 'not-joined') links.close(connection.id, why);
  }

  async #welcome(connection: Connection, session: Session, replayFrom: number | null, rev: number | undefined): Promise<Reply> {
    const { member, secret } = session;
    // First what events are counted from, then the state: what happens between is told twice rather than never. The snapshot last, see the feed.
    const { seq } = session;
    const { presence, iceServers } = this.#core.options;
    const record = await presence.get(member.room, member.id);
    if (!record) return refuse('unavailable');
    const ice = await iceServers(wireOf(record));
    const call = await this.#desk.callOf(session, { startsRinging: true });
    const room = await this.#feed.snapshot(member.room);
    this.#core.setTimer(0, () => session.release(connection.id, replayFrom ?? seq));
    return {
      ok: true, version: PROTOCOL_VERSION, epoch: this.#core.epoch, sessionId: session.sessionId, secret, seq, resumed: replayFrom !== null,
      memberId: member.id, nickname: record.nickname, now: this.#core.now(), ringTimeoutMs: this.#desk.ringTimeoutMs(),
      iceServers: ice.iceServers, hasTurn: ice.hasTurn,
      ...((replayFrom === null || room.rev !== rev) && { room }),
      ...(call && { call: this.#desk.view(session, call) }),
    };
  }

  /** It is here again. */
  #present(session: Session, cause: Absence): void {
    session.cancelGrace();
    this.#status.refresh(session.memberId);
    void session.enqueue(() => this.#core.untilDone('tell of a return', () => this.#desk.back(session, cause)));
  }

  /** It is away, and may come back until its time is over. */
  #gone(session: Session, absence: Absence): void {
    const { returnWindowMs = RETURN_WINDOW_MS, resumeGraceMs = RESUME_GRACE_MS } = this.#core.options;
    session.absence = absence;
    this.#status.refresh(session.memberId);
    this.#waitFor(session, absence === 'unload' ? returnWindowMs : resumeGraceMs);
  }

  #waitFor(session: Session, graceMs: number): void {
    session.cancelGrace();
    session.cancelGrace = this.#core.setTimer(graceMs, () => void this.#end(session, session.absence === 'unload' ? 'left' : 'lost'));
  }

  /** The end of a session, and with the last one of its member. Final at once for whoever asks; what the stores have to be told follows, whatever it takes. */
  async #end(session: Session, how: Departure): Promise<void> {
    if (session.over) return;
    const { member } = session;
    this.confirmed(session);
    session.over = true;
    session.cancelGrace();
    const connection = this.#core.connections.get(session.connectionId ?? '');
    if (connection) this.#core.options.links.unsubscribe(connection.id, audienceOf(member));
    session.connectionId = null;
    this.#core.sessions.delete(session.sessionId);
    member.sessions.delete(session);
    if (member.sessions.size === 0) await this.#remove(member);
    else this.#status.refresh(member.id);
    await this.#core.untilDone('end a call', () => this.#desk.departed(session, how));
  }

  async #remove(member: LocalMember): Promise<void> {
    const { id, room, userId } = member;
    const remove = async () => {
      // Meanwhile another tab of this user may have come.
      if (member.sessions.size > 0 || member.gone) return;
      member.gone = true;
      this.#core.members.delete(id);
      await this.#core.untilDone('remove a member', async () => {
        const removed = await this.#core.options.presence.remove(room, id);
        if (removed) this.#feed.note(room, removed.rev, { del: id });
      });
      const left = (this.#membersOfRoom.get(room) ?? 1) - 1;
      if (left > 0) this.#membersOfRoom.set(room, left);
      else {
        this.#membersOfRoom.delete(room);
        this.#feed.forget(room);
      }
      this.#core.options.onFact?.({ type: 'member.left', room, memberId: id, userId, at: this.#core.now() });
    };
    await (userId === null ? remove() : this.#inTurn(userKey(room, userId), remove));
  }

  async #inTurn<T>(key: string, task: () => Promise<T>): Promise<T> {
    const turn = (this.#userTurns.get(key) ?? Promise.resolve()).then(task);
    const settled = turn.catch(() => {}).then(() => {
      if (this.#userTurns.get(key) === settled) this.#userTurns.delete(key);
    });
    this.#userTurns.set(key, settled);
    return turn;
  }

  #isBanned(key: string): boolean {
    const now = this.#core.now();
    for (const [banned, until] of this.#bans) if (until <= now) this.#bans.delete(banned);
    return this.#bans.has(key);
  }
}

function userKey(room: string, userId: string): string {
  return JSON.stringify([room, userId]);
}
