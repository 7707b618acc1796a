import type { ClientRequest, Reply, RequestOf, WireMember } from '../protocol/messages.js';
import { Admission } from './admission.js';
import { Bans, KICK_SECONDS } from './bans.js';
import { CallDesk } from './call-desk.js';
import { HubCore, refuse, type Connection } from './hub-core.js';
import { MemberRows } from './member-rows.js';
import { MemberStatus } from './member-status.js';
import type { HubOptions } from './ports.js';
import { PresenceFeed } from './presence-feed.js';
import { wireOf } from './rooms.js';
import { SessionLife } from './session-life.js';
import type { Session } from './sessions.js';

/**
 * What a signaling server decides, without a server: connections come and go, each sends checked requests, each request gets one reply, and events go out
 * through the links. Time, chance and storage are given. Every request is answered, whatever fails (`unavailable`).
 */
export class Hub {
  readonly #core: HubCore;
  readonly #feed: PresenceFeed;
  readonly #desk: CallDesk;
  readonly #life: SessionLife;
  readonly #admission: Admission;

  constructor(options: HubOptions) {
    this.#core = new HubCore(options);
    this.#feed = new PresenceFeed(this.#core);
    const status = new MemberStatus(this.#core, this.#feed);
    this.#desk = new CallDesk(this.#core, status);
    const rows = new MemberRows(this.#core, this.#feed);
    const bans = new Bans(() => this.#core.now());
    this.#life = new SessionLife(this.#core, status, rows, this.#desk, bans);
    this.#admission = new Admission(this.#core, this.#feed, rows, this.#life, this.#desk, bans);
  }

  /** A transport link is up. The id is the transport's and never used again. */
  connected(connectionId: string): void {
    this.#core.connections.set(connectionId, { id: connectionId, session: null, hello: null, refusal: 'not-joined', isUp: true });
  }

  /** One checked request. Never rejects. */
  request(connectionId: string, request: ClientRequest): Promise<Reply> {
    const connection = this.#core.connections.get(connectionId);
    if (!connection || this.#core.isClosed) return Promise.resolve(refuse('unavailable'));
    if (request.t === 'hello') return this.#hello(connection, request);
    const { session } = connection;
    if (!session) return Promise.resolve(refuse(connection.refusal));
    this.#core.confirm(session);
    if (request.a !== undefined) session.acknowledged(request.a);
    return session.answer(request.id, this.#core.now(), () => this.#guarded(request.t, () => {
      if (session.over) return Promise.resolve(refuse('not-joined'));
      if (request.t !== 'bye' && request.t !== 'leave') this.#life.returned(session);
      return this.#answer(session, request);
    }));
  }

  /** The link is down. Its session waits for another one. */
  disconnected(connectionId: string): void {
    const connection = this.#core.connections.get(connectionId);
    if (!connection) return;
    this.#core.connections.delete(connectionId);
    connection.isUp = false;
    const { session } = connection;
    if (session && !session.over) this.#life.disconnected(session);
  }

  /** Members with a session here. */
  get memberCount(): number {
    return this.#core.members.size;
  }

  /** Rooms with a member here. */
  get rooms(): number {
    return this.#core.rooms.size;
  }

  async members(room: string): Promise<WireMember[]> {
    return (await this.#core.options.presence.list(room)).members.map(wireOf);
  }

  /**
   * Sends a member away: its connections are closed, its call ends. Until `banSeconds` are over its user may not return, nor anybody with what it had to come back
   * with; who has no user can come as somebody else. False: not here.
   */
  kick(room: string, memberId: string, banSeconds = KICK_SECONDS): Promise<boolean> {
    return this.#life.kick(room, memberId, banSeconds);
  }

  /** Ends a call for both (`server`). False: there is none, or it was over. */
  endCall(callId: string): Promise<boolean> {
    return this.#desk.end(callId);
  }

  /** Tells everybody to come back after a while, each after another one, so that they do not all come at once. */
  drain(spreadMs: number): void {
    const sessions = [...this.#core.sessions.values()].filter((session) => session.connectionId !== null);
    sessions.forEach((session, index) => session.emit({ t: 'drain', afterMs: Math.round((spreadMs * index) / sessions.length) }));
  }

  /** Final: no timer is left, every request is refused. Connections are the transport's to end. */
  close(): void {
    this.#core.close();
  }

  #hello(connection: Connection, request: Extract<ClientRequest, { t: 'hello' }>): Promise<Reply> {
    if (connection.hello) return connection.hello.id === request.id ? connection.hello.reply : Promise.resolve(refuse('bad-message'));
    const reply = this.#guarded('hello', () => this.#admission.hello(connection, request));
    connection.hello = { id: request.id, reply };
    // One that was refused may be followed by a better one.
    void reply.then(({ ok }) => {
      if (!ok) connection.hello = null;
    });
    return reply;
  }

  async #answer(session: Session, request: Exclude<ClientRequest, { t: 'hello' }>): Promise<Reply> {
    switch (request.t) {
      case 'leave': return this.#life.leave(session);
      case 'bye': return this.#life.bye(session);
      case 'sync': {
        const call = await this.#desk.correction(session, request.callId, request.callRev);
        const { room } = session.member;
        const snapshot = this.#feed.chains(room, request.rev) ? null : await this.#feed.snapshot(room);
        return {
          ok: true, now: this.#core.now(),
          ...(snapshot && snapshot.rev !== request.rev && { room: snapshot }),
          ...(call && { call }),
        };
      }
      case 'ice': {
        const record = await this.#core.options.presence.get(session.member.room, session.memberId);
        return record ? { ok: true, ...(await this.#core.options.iceServers(wireOf(record))) } : refuse('not-joined');
      }
      case 'availability': {
        const { doNotDisturb, blocked } = request;
        session.availability = { doNotDisturb, blocked };
        return { ok: true };
      }
      case 'kick': return this.#kick(session, request);
      case 'invite': return this.#desk.invite(session, request);
      case 'signal': return this.#desk.signal(session, request);
      default: return this.#desk.request(session, request);
    }
  }

  async #kick({ isModerator, member }: Session, { memberId, banSeconds }: RequestOf<'kick'>): Promise<Reply> {
    if (!isModerator) return refuse('unauthorized');
    if (memberId === member.id) return refuse('bad-message');
    return (await this.kick(member.room, memberId, banSeconds)) ? { ok: true } : refuse('member-not-found');
  }

  async #guarded(doing: string, task: () => Promise<Reply>): Promise<Reply> {
    try {
      return await task();
    } catch (error) {
      this.#core.failed(error, doing);
      return refuse('unavailable');
    }
  }
}
