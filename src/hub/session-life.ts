import { RESUME_GRACE_IN_CALL_MS, RESUME_GRACE_MS } from '../protocol/hub-limits.js';
import { RETURN_WINDOW_MS } from '../protocol/limits.js';
import type { Reply } from '../protocol/messages.js';
import type { Bans } from './bans.js';
import type { CallDesk } from './call-desk.js';
import type { Departure } from './calls.js';
import type { Connection, HubCore } from './hub-core.js';
import type { MemberRows } from './member-rows.js';
import type { MemberStatus } from './member-status.js';
import { audienceOf } from './rooms.js';
import type { Absence, Session } from './sessions.js';

/** A session between its first welcome and its end: on a connection, away for a while, back on another one, over. */
export class SessionLife {
  readonly #core: HubCore;
  readonly #status: MemberStatus;
  readonly #rows: MemberRows;
  readonly #desk: CallDesk;
  readonly #bans: Bans;

  constructor(core: HubCore, status: MemberStatus, rows: MemberRows, desk: CallDesk, bans: Bans) {
    this.#core = core;
    this.#status = status;
    this.#rows = rows;
    this.#desk = desk;
    this.#bans = bans;
  }

  /** Puts the session on this connection; one that it was on before is told and closed: whoever resumes is right. */
  attach(connection: Connection, session: Session): void {
    const { absence } = session;
    const before = this.#connectionOf(session);
    if (before && before !== connection) {
      session.sendLast({ t: 'replaced' });
      this.#detach(before, 'replaced');
    }
    session.cancelGrace();
    connection.session = session;
    session.attach(connection.id);
    // Before any snapshot is read, so that every delta after it arrives.
    this.#core.options.links.subscribe(connection.id, audienceOf(session.member));
    this.#present(session, absence ?? 'lost');
  }

  /** Takes back what `attach` did, for a connection that could not be welcomed. */
  async refuse(connection: Connection, session: Session, isNew: boolean): Promise<void> {
    if (connection.session !== session) return;
    this.#detach(connection, 'not-joined');
    if (isNew) await this.#end(session, 'left');
    else if (!session.over) this.disconnected(session);
  }

  async leave(session: Session): Promise<Reply> {
    const { connectionId } = session;
    await this.#end(session, 'left');
    // After the reply has gone.
    if (connectionId !== null) this.#core.setTimer(0, () => this.#core.options.links.close(connectionId, 'left'));
    return { ok: true };
  }

  /** Its page unloads. A reload looks the same, so its place is kept for a while. */
  async bye(session: Session): Promise<Reply> {
    this.#gone(session, 'unload');
    await this.#desk.away(session);
    return { ok: true };
  }

  /** A request on a connection that had said `bye`: the page lives after all. */
  returned(session: Session): void {
    const { absence } = session;
    if (absence === null || session.connectionId === null) return;
    session.absence = null;
    session.cancelGrace();
    this.#present(session, absence);
  }

  /** Its link broke; after a `bye` that was to be expected, and its time is running already. */
  disconnected(session: Session): void {
    session.connectionId = null;
    if (session.absence === null) this.#gone(session, 'lost');
    this.#absent(session);
  }

  /** Sees to its call, after what it has asked for itself. */
  #absent(session: Session): void {
    const { attachments } = session;
    const tell = async () => {
      const hasCall = await this.#desk.away(session);
      if (!hasCall || session.absence !== 'lost' || session.attachments !== attachments || session.over) return;
      this.#waitFor(session, this.#core.options.resumeGraceInCallMs ?? RESUME_GRACE_IN_CALL_MS);
    };
    void session.enqueue(() => this.#core.untilDone('tell of an absence', tell));
  }

  /** Sends a member away, whatever it is doing. False: it is not here. */
  async kick(room: string, memberId: string, banSeconds: number): Promise<boolean> {
    const member = this.#core.members.get(memberId);
    if (!member || member.room !== room) return false;
    if (banSeconds > 0) this.#bans.add(member, banSeconds);
    const kicked = [...member.sessions].map((session) => {
      const connection = this.#connectionOf(session);
      session.sendLast({ t: 'kicked', banSeconds });
      if (connection) this.#detach(connection, 'kicked');
      return this.#end(session, 'kicked');
    });
    await Promise.all(kicked);
    return true;
  }

  /** Ends a session that never was on a connection. */
  expel(session: Session): Promise<void> {
    return this.#end(session, 'kicked');
  }

  #connectionOf(session: Session): Connection | undefined {
    return this.#core.connections.get(session.connectionId ?? '');
  }

  #detach(connection: Connection, why: 'replaced' | 'kicked' | 'not-joined'): void {
    const { links } = this.#core.options;
    if (connection.session) links.unsubscribe(connection.id, audienceOf(connection.session.member));
    connection.session = null;
    connection.hello = null;
    connection.refusal = why;
    if (why !== 'not-joined') links.close(connection.id, why);
  }

  #present(session: Session, cause: Absence): void {
    this.#status.refresh(session.memberId);
    if (session.toldAway !== null) void session.enqueue(() => this.#core.untilDone('tell of a return', () => this.#desk.back(session, cause)));
  }

  #gone(session: Session, absence: Absence): void {
    const { returnWindowMs = RETURN_WINDOW_MS, resumeGraceMs = RESUME_GRACE_MS } = this.#core.options;
    session.absence = absence;
    this.#status.refresh(session.memberId);
    this.#waitFor(session, absence === 'unload' ? returnWindowMs : resumeGraceMs);
  }

  #waitFor(session: Session, graceMs: number): void {
    session.cancelGrace();
    session.cancelGrace = this.#core.setTimer(graceMs, () => {
      // Said goodbye on a link that is still up: whoever speaks on it again has to join again.
      const connection = this.#connectionOf(session);
      if (connection) this.#detach(connection, 'not-joined');
      void this.#end(session, session.absence === 'unload' ? 'left' : 'lost');
    });
  }

  /** The end of a session, and with the last one of its member. Final at once for whoever asks; what the stores have to be told follows, whatever it takes. */
  async #end(session: Session, how: Departure): Promise<void> {
    if (session.over) return;
    const { member } = session;
    const connection = this.#connectionOf(session);
    if (connection) this.#core.options.links.unsubscribe(connection.id, audienceOf(member));
    this.#core.confirm(session);
    session.over = true;
    session.connectionId = null;
    session.cancelGrace();
    // The row first, then the call: an invitation that comes between finds no row (see the desk), or its call is found here.
    await this.#rows.exit(session);
    this.#status.refresh(member.id);
    await this.#core.untilDone('end a call', () => this.#desk.departed(session, how));
  }
}
