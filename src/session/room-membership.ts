import { deferred, type Deferred } from '../base/deferred.js';
import { RtcError, toRtcError } from '../base/rtc-error.js';
import type { Call, CallEvent } from '../call/call-state.js';
import { applyDelta, applySnapshot, EMPTY_ROSTER, type Roster, type RosterChange } from '../call/roster.js';
import type { Member } from '../protocol/codes.js';
import { MAX_BLOCKED, MAX_ID_LENGTH, SYNC_INTERVAL_MS } from '../protocol/limits.js';
import type { Availability, EventOf, IceServer, OkReply, RequestFields, RequestType, ServerEvent, WireCall, Welcome } from '../protocol/messages.js';
import { parseNickname, parseRoomName } from '../protocol/names.js';
import type { SignalingHandlers, SignalingPort, SignalingState } from '../signaling/signaling-port.js';
import type { CallParts, LogEntry } from './call-parts.js';
import { NO_LOG } from './session-snapshot.js';
import { askToken } from './ask-token.js';
import type { JoinOptions } from './session-api.js';
import type { SessionStore } from './session-store.js';
import { TabMemory } from './tab-memory.js';
import type { Blocked } from './tab-storage.js';

/** Who is in the room sees `reconnecting` at once; that the server cannot be reached is news when it stays so. */
const OUTAGE_SAID_AFTER_MS = 10_000;
/** Of the page's `tokenProvider`, before joining fails: some 7 s. */
const TOKEN_TRIES = 5;

/** A call event without its time, which is when it is applied. */
export type CallNews = CallEvent extends infer E ? (E extends CallEvent ? Omit<E, 'at'> : never) : never;

/** The calls of the room, as far as the membership tells them something. */
export interface RoomCalls {
  readonly call: Call;
  /** Signaling is (back) there. */
  welcomed(): unknown;
  apply(news: CallNews): void;
  signal(event: EventOf<'signal'>): void;
}

/** One membership of one room: joining, staying in step with the hub, coming back after a loss, leaving. A line that is closed says nothing more. */
export class RoomMembership implements SignalingHandlers {
  calls!: RoomCalls;
  /** What the hub said when it last let us in; null outside. */
  welcome: Omit<Welcome, 'room' | 'call'> | null;
  readonly #store: SessionStore;
  readonly #parts: CallParts;
  #roster: Roster = EMPTY_ROSTER;
  #token: string | null | undefined;
  #signaling: SignalingPort | null = null;
  #lastState: SignalingState | undefined;
  #memory: TabMemory | null = null;
  #pending: Deferred<Member> | null = null;
  #syncTimer: ReturnType<typeof setInterval> | undefined;
  #outage: ReturnType<typeof setTimeout> | undefined;
  /** Who may not ring here, by member id, for as long as this tab lives. */
  readonly #blocked = new Map<string, Blocked>();
  /** What is not in the history of the tab yet. */
  #unlogged: LogEntry[] = [];
  #iceTimer: ReturnType<typeof setTimeout> | undefined;
  /** Coming back waits for it: whoever joins before their leaving is known meets their own name as taken. */
  #farewell: Promise<void> = Promise.resolve();
  /** Ends what an abandoned joining or token request still does. */
  #abort = new AbortController();

  constructor(store: SessionStore, parts: CallParts) {
    this.welcome = null;
    this.#store = store;
    this.#parts = parts;
  }

  join(given?: JoinOptions | null): Promise<Member> {
    const { options, storage, snapshot: { localMember } } = this.#store;
    if (this.#pending) return this.#pending.promise;
    if (localMember) return Promise.resolve(localMember);
    const name = parseNickname(given?.nickname ?? options.nickname ?? storage.read()?.nickname);
    const hasToken = Boolean(given?.token ?? options.token ?? options.tokenProvider);
    const { promise } = (this.#pending = deferred<Member>());
    this.#abort = new AbortController();
    this.#token = given?.token;
    this.#store.show({ nickname: name ?? '' });
    this.#store.enter('joining');
    const refused = parseRoomName(options.room) === null ? 'room-invalid' : name === null && !hasToken ? 'nickname-invalid' : null;
    if (refused) this.#fail(new RtcError(refused, { fatal: true }));
    else this.#connect(name ?? '', this.#abort.signal).catch((error: unknown) => this.#fail(toRtcError(error, 'server-unreachable')));
    return promise;
  }

  async leave(): Promise<void> {
    this.#store.storage.forget();
    const signaling = this.#stop('hangup');
    this.#unlogged = [];
    this.#store.show(NO_LOG);
    this.#pending?.reject(new RtcError('not-joined'));
    this.#pending = null;
    this.#store.enter('idle');
    if (signaling) this.#farewell = signaling.close({ leave: true });
    await this.#farewell;
  }

  /** The page unloads: the place is kept for the return window if a reload could take it up again. */
  unload(): void {
    this.#signaling?.post(this.#memory?.holdsTicket ? 'bye' : 'leave', {});
  }

  /** Back from the back/forward cache: the link is dead, whatever it says. */
  revive(): void {
    this.#signaling?.drop();
    this.#signaling?.wake();
  }

  /** For `simulate()`. */
  get signaling(): SignalingPort | null {
    return this.#signaling;
  }

  /** While a call stands still for want of signaling. */
  hurry(on: boolean): void {
    this.#signaling?.hurry(on);
  }

  request<T extends RequestType>(type: T, fields: RequestFields<T>, options?: { deadlineMs?: number }): Promise<OkReply<T>> {
    return this.#signaling?.request(type, fields, options) ?? Promise.reject(new RtcError('not-joined'));
  }

  /** For the history of the tab. Where its code cannot be had, with the next there is. */
  async log(...entries: LogEntry[]): Promise<void> {
    this.#unlogged.push(...entries);
    const watch = await this.#parts.loadWatch?.().catch(() => null);
    watch?.logCalls(this.#store, this.#unlogged.splice(0));
  }

  async kick(memberId: string, banSeconds?: number | null): Promise<void> {
    await this.request('kick', { memberId, banSeconds: banSeconds ?? undefined });
  }

  async block(id: string, on: boolean): Promise<void> {
    // Told with every hello from here on, it would keep us out of the room.
    if (typeof id !== 'string' || !id || id.length > MAX_ID_LENGTH) throw new RtcError('member-not-found');
    const userId = this.#roster.members.find((member) => member.id === id)?.userId ?? undefined;
    // Whoever blocked this person knew them by another membership perhaps.
    for (const each of this.#blocked.values()) if (each.id === id || (userId && each.userId === userId)) this.#blocked.delete(each.id);
    if (on && this.#blocked.size >= MAX_BLOCKED) throw new RtcError('too-large');
    if (on) this.#blocked.set(id, { id, ...(userId && { userId }) });
    this.#keepBlocked();
    await this.announce();
  }

  /** Tells the hub who may ring here; where it is not to be reached, the next hello does. */
  async announce(): Promise<void> {
    if (this.#signaling) await this.request('availability', this.#availability);
  }

  get #availability(): Availability {
    return { doNotDisturb: Boolean(this.#store.options.doNotDisturb), blocked: [...this.#blocked.values()] };
  }

  #keepBlocked(): void {
    const { storage } = this.#store;
    const kept = storage.read();
    if (kept) storage.keep({ ...kept, blocked: [...this.#blocked.values()] });
  }

  /** For what is connected from now on; null where they cannot be had. */
  async freshIceServers(): Promise<readonly IceServer[] | null> {
    const fresh = await this.request('ice', {}).catch(() => null);
    if (!this.welcome) return null;
    this.welcome = { ...this.welcome, ...fresh };
    this.#renewIceServers();
    return fresh && fresh.iceServers;
  }

  /** Ahead of any call, which could not wait for them; and with a second try before they expire. */
  #renewIceServers(): void {
    clearTimeout(this.#iceTimer);
    const { iceTtlMs } = this.welcome ?? {};
    if (iceTtlMs) this.#iceTimer = setTimeout(() => void this.freshIceServers(), iceTtlMs / 3);
  }

  /** Asks the hub what differs from what is believed here. */
  async #sync(): Promise<void> {
    const signaling = this.#signaling;
    if (signaling?.state !== 'online') return;
    const { call } = this.calls;
    const belief = 'rev' in call && call.phase !== 'ended' && call.rev >= 0 && { callId: call.callId, callRev: call.rev };
    const reply = await signaling.request('sync', { rev: this.#roster.rev, ...belief }, { signal: this.#abort.signal }).catch(() => null);
    if (!reply || signaling !== this.#signaling) return;
    this.#timed(reply);
    // Asked on a link that was lost, it is answered on the next one with the list of then; and over polling the newest event is heard before this settles.
    if (reply.room && reply.room.rev > this.#roster.rev) this.#changed(applySnapshot(this.#roster, reply.room));
    if (reply.call) this.#told(reply.call);
  }

  async #connect(nickname: string, signal: AbortSignal): Promise<void> {
    const { server, storage, options: { room = '' } } = this.#store;
    const memory = (this.#memory = new TabMemory(storage, nickname));
    const [resume] = await Promise.all([memory.takeTicket(), this.#farewell]);
    if (signal.aborted) return;
    let asked = 0;
    for (const each of storage.read()?.blocked ?? []) this.#blocked.set(each.id, each);
    this.#signaling = this.#parts.createSignaling(server, {
      room,
      nickname,
      // Whoever is in the room may be in a call, too: then it is tried again for as long as it takes.
      token: (reason) => {
        const { options } = this.#store;
        return askToken({ ...options, token: this.#token ?? options.token }, { room, reason, signal }, !this.welcome && ++asked >= TOKEN_TRIES);
      },
      resume,
      callTicket: () => ('ticket' in this.calls.call ? this.calls.call.ticket : storage.call()?.ticket),
      availability: () => this.#availability,
      rev: () => (this.#roster.rev > 0 ? this.#roster.rev : undefined),
      handlers: this,
    });
    if (this.#parts.problem) this.#store.problem(this.#parts.problem, 'room');
    this.#signaling?.start();
  }

  onWelcome({ room, call, ...welcome }: Welcome): void {
    const { nickname, resumed } = welcome;
    const before = this.welcome;
    const isNew = !before;
    const ticket = this.#signaling?.ticket;
    this.welcome = welcome;
    this.#timed(welcome);
    this.#renewIceServers();
    clearTimeout(this.#outage);
    if (ticket) void this.#memory?.keep(nickname, ticket);
    if (this.#blocked.size > 0) this.#keepBlocked();
    clearInterval(this.#syncTimer);
    this.#syncTimer = setInterval(() => void this.#sync(), SYNC_INTERVAL_MS);
    this.#store.show({ nickname });
    // Big rooms send the list after the welcome, from revision 0: until then what is known may be of another life of the server.
    if (!room && !resumed) this.#roster = { ...this.#roster, rev: 0 };
    this.#changed(room && applySnapshot(this.#roster, room));
    if (before && !resumed) this.calls.apply({ type: 'hub-forgot', isSameHub: before.epoch === welcome.epoch && before.sessionId !== welcome.sessionId });
    // This page may have been in the call before it was loaded anew, or was coming into it before it lay in the back/forward cache.
    const kept = this.#store.storage.call();
    if (call) this.calls.apply({ type: 'call-told', call, ...(kept?.callId === call.callId && { rejoin: { audio: kept.audio, video: kept.video } }) });
    if (isNew && this.#store.storage.read()?.log) void this.log();
    void this.calls.welcomed();
  }

  onEvent(event: ServerEvent): void {
    if (event.t === 'room') {
      // From nothing: the whole list, which also takes away whom it does not name.
      const change = event.fromRev === 0 && this.#roster.rev === 0 ? applySnapshot(this.#roster, { rev: event.rev, members: event.put ?? [] }) : applyDelta(this.#roster, event);
      if (change) this.#changed(change);
      else void this.#sync();
    } else if (event.t === 'call') this.#told(event.call);
    else if (event.t === 'signal') this.calls.signal(event);
    else if (event.t === 'peer-away') this.calls.apply({ type: 'peer-away', callId: event.callId, away: event.away, cause: event.cause });
    // Perhaps it never rang here.
    if ('call' in event && event.call.state === 'ended') void this.log(event);
  }

  #told(call: WireCall): void {
    this.calls.apply({ type: 'call-told', call });
  }

  /** Not by an event: one that was missed comes later, with the time of then. */
  #timed({ now }: { readonly now: number }): void {
    this.#store.clockOffsetMs = now - Date.now();
  }

  onState(state: SignalingState, error: RtcError | null): void {
    // Not every try of an outage: they would be all that is left of the call.
    if (state !== this.#lastState) this.#store.record({ signaling: (this.#lastState = state), error: error?.code });
    if (!error) return;
    if (state === 'closed') return this.#fail(error);
    const { roomState } = this.#store.snapshot;
    if (roomState === 'joined') {
      this.#store.enter('reconnecting', error, true);
      this.#outage = setTimeout(() => this.#store.problem(this.#store.snapshot.roomError!, 'room'), OUTAGE_SAID_AFTER_MS);
    } else this.#store.enter(roomState, error);
  }

  /** The list as it is now. In the room is who finds itself on it. */
  #changed(change?: RosterChange): void {
    this.#roster = change?.roster ?? this.#roster;
    const { members } = this.#roster;
    const localMember = members.find(({ id }) => id === this.welcome?.memberId) ?? null;
    this.#store.show({ members, localMember });
    if (change && change.joined.length + change.left.length + change.updated.length > 0) {
      const { joined, left, updated } = change;
      this.#store.emit('rtc-members', { members, joined, left, updated }, 'room');
    }
    // Not if a listener has just left.
    if (!localMember || !this.welcome) return;
    if (this.#store.snapshot.roomState !== 'joined') this.#store.enter('joined');
    this.#pending?.resolve(localMember);
    this.#pending = null;
  }

  #fail(error: RtcError): void {
    const pending = this.#pending;
    this.#pending = null;
    void this.#stop(error.code === 'kicked' ? 'kicked' : 'server')?.close();
    this.#store.enter('failed', error);
    pending?.reject(error);
  }

  /** Ends the call, the link and everything learnt over it; what the link still has to say is the caller's. */
  #stop(reason: 'hangup' | 'kicked' | 'server'): SignalingPort | null {
    this.calls.apply({ type: 'room-gone', reason });
    this.#abort.abort();
    clearTimeout(this.#outage);
    clearTimeout(this.#iceTimer);
    clearInterval(this.#syncTimer);
    const signaling = this.#signaling;
    this.#signaling = null;
    this.welcome = null;
    this.#memory?.close();
    this.#memory = null;
    if (this.#roster.members.length > 0) this.#changed({ roster: EMPTY_ROSTER, joined: [], left: this.#roster.members, updated: [] });
    this.#roster = EMPTY_ROSTER;
    return signaling;
  }
}
