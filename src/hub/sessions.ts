import { REMEMBERED_REPLIES, REMEMBERED_REPLY_MS, REPLAY_EVENTS } from '../protocol/hub-limits.js';
import type { Availability, Reply, ServerEvent, UnnumberedEvent } from '../protocol/messages.js';
import { AVAILABLE } from './availability.js';
import type { Party } from './calls.js';
import type { HubLinks } from './ports.js';

/** `unload`: its page said that it goes; `lost`: its connection broke. */
export type Absence = 'unload' | 'lost';

/** A membership with at least one session here. */
export interface LocalMember {
  readonly id: string;
  readonly room: string;
  readonly userId: string | null;
  readonly sessions: Set<Session>;
  /** Its row is being removed: nothing may be decided for it any more. */
  gone: boolean;
}

type NumberedEvent = Exclude<ServerEvent, { t: 'room' }>;

/**
 * One tab of one member, across as many connections as it takes. Directed events are numbered and kept for replay, requests run one after the other, and a
 * request that is repeated gets the reply (or the promise) of the first.
 */
export class Session implements Party {
  readonly sessionId: string;
  readonly member: LocalMember;
  secret: string;
  /** Still good until the client has shown that it got the new one: the welcome that carried it may be lost. */
  previousSecret: string | null = null;
  connectionId: string | null = null;
  absence: Absence | null = null;
  /** Who may ring here. */
  availability: Availability = AVAILABLE;
  /** As the token of its last hello says. */
  isModerator = false;
  /** The call whose other party was told that this one is away. */
  toldAway: string | null = null;
  over = false;
  /** How often it has come (back). */
  attachments = 0;
  /** The hello that made it, until the client has shown that it got the welcome. */
  helloId: string | null = null;
  /** Ends the wait for its return. */
  cancelGrace: () => void = () => {};

  readonly #links: HubLinks;
  #seq = 0;
  #held = false;
  #events: NumberedEvent[] = [];
  readonly #replies = new Map<string, { readonly at: number; readonly reply: Promise<Reply> }>();
  #tail: Promise<unknown> = Promise.resolve();

  constructor(sessionId: string, secret: string, member: LocalMember, links: HubLinks) {
    this.sessionId = sessionId;
    this.secret = secret;
    this.member = member;
    this.#links = links;
  }

  get memberId(): string {
    return this.member.id;
  }

  get isHere(): boolean {
    return this.connectionId !== null && this.absence === null;
  }

  /** The number of the last event. */
  get seq(): number {
    return this.#seq;
  }

  emit(event: UnnumberedEvent): void {
    const numbered: NumberedEvent = { ...event, s: ++this.#seq };
    this.#events.push(numbered);
    if (this.#events.length > REPLAY_EVENTS) this.#events.shift();
    if (this.connectionId !== null && !this.#held) this.#links.send(this.connectionId, numbered);
  }

  /** To the present connection only, which is about to lose the session: not part of its count. */
  sendLast(event: { readonly t: 'replaced' } | { readonly t: 'kicked'; readonly banSeconds?: number }): void {
    if (this.connectionId !== null) this.#links.send(this.connectionId, { ...event, s: this.#seq + 1 });
  }

  /** The client has applied everything up to `seq`. */
  acknowledged(seq: number): void {
    const first = this.#events[0];
    if (first && first.s <= seq) this.#events = this.#events.filter(({ s }) => s > seq);
  }

  /** Whether every event after `seq` is still kept. */
  canReplayFrom(seq: number): boolean {
    return seq <= this.#seq && seq >= (this.#events[0]?.s ?? this.#seq + 1) - 1;
  }

  /** Events wait from here to `release`: none may overtake the welcome. */
  attach(connectionId: string): void {
    this.connectionId = connectionId;
    this.absence = null;
    this.attachments++;
    this.#held = true;
  }

  /** Sends what the connection lacks, everything after `seq`, and lets events flow. */
  release(connectionId: string, seq: number): void {
    if (this.connectionId !== connectionId || !this.#held) return;
    this.#held = false;
    for (const event of this.#events) if (event.s > seq) this.#links.send(connectionId, event);
  }

  /** Runs the request once, after those before it; the same id again gets the same reply. */
  answer(requestId: string, now: number, run: () => Promise<Reply>): Promise<Reply> {
    const known = this.#replies.get(requestId);
    if (known) return known.reply;
    for (const [id, { at }] of this.#replies) {
      if (this.#replies.size < REMEMBERED_REPLIES && at > now - REMEMBERED_REPLY_MS) break;
      this.#replies.delete(id);
    }
    const reply = this.enqueue(run);
    this.#replies.set(requestId, { at: now, reply });
    // Asked again after the wait it is a new question.
    void reply.then((said) => !said.ok && said.code === 'rate-limited' && this.#replies.delete(requestId));
    return reply;
  }

  /** One task of a session at a time. Never await it from within one. */
  enqueue<T>(task: () => Promise<T>): Promise<T> {
    const done = this.#tail.then(task);
    this.#tail = done.catch(() => {});
    return done;
  }

  /** Compares without telling by its duration how much of a guess was right. */
  accepts(secret: string): boolean {
    return isSame(secret, this.secret) || (this.previousSecret !== null && isSame(secret, this.previousSecret));
  }
}

function isSame(a: string, b: string): boolean {
  let difference = a.length ^ b.length;
  for (let i = 0; i < b.length; i++) difference |= (a.charCodeAt(i) || 0) ^ b.charCodeAt(i);
  return difference === 0;
}
