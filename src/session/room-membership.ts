import { quiet } from '../base/quiet.js';
import { RtcError, toRtcError } from '../base/rtc-error.js';
import { applyDelta, applySnapshot, EMPTY_ROSTER, type Roster, type RosterChange } from '../call/roster.js';
import type { Member, RoomState } from '../protocol/codes.js';
import { SYNC_INTERVAL_MS } from '../protocol/limits.js';
import type { IceServer, RoomSnapshot, ServerEvent, WireCall, Welcome } from '../protocol/messages.js';
import { parseNickname, parseRoomName } from '../protocol/names.js';
import type { SignalingPort, SignalingState } from '../signaling/signaling-port.js';
import type { CallParts } from './call-parts.js';
import type { SessionOptions } from './session-api.js';
import { TabMemory } from './tab-memory.js';
import { tabStorage } from './tab-storage.js';

export interface RoomMembershipDeps {
  readonly loadParts: () => Promise<CallParts>;
  readonly options: () => Readonly<SessionOptions>;
  /** The server's address as the session resolves it. */
  readonly server: () => string;
  readonly onState: (state: RoomState, previous: RoomState, error: RtcError | null) => void;
  readonly onProblem: (error: RtcError) => void;
  readonly onMembers: (change: RosterChange) => void;
  /** Signaling exists: calls can be driven over it (before the welcome). */
  readonly onSignaling: (signaling: SignalingPort, parts: CallParts) => void;
  readonly onWelcome: (welcome: Welcome, forgotten: boolean) => void;
  readonly onCall: (call: WireCall) => void;
  readonly onEvent: (event: Exclude<ServerEvent, { t: 'room' | 'call' }>) => void;
  readonly callBelief: () => { readonly callId: string; readonly callRev: number } | null;
}

interface Pending {
  readonly promise: Promise<Member>;
  readonly resolve: (member: Member) => void;
  readonly reject: (error: RtcError) => void;
}

/** One membership of one room: joining, staying in step with the hub, coming back after a loss, leaving. */
export class RoomMembership {
  readonly #deps: RoomMembershipDeps;
  /** Joining had been said when this was made. */
  #state: RoomState = 'joining';
  #error: RtcError | null = null;
  #roster: Roster = EMPTY_ROSTER;
  #memberId: string | null = null;
  #nickname = '';
  #token: string | undefined;
  #signaling: SignalingPort | null = null;
  #memory: TabMemory | null = null;
  #pending: Pending | null = null;
  #epoch: string | null = null;
  #syncTimer: ReturnType<typeof setInterval> | undefined;
  /** Coming back waits for it: whoever joins before their leaving is known meets their own name as taken. */
  #farewell: Promise<void> = Promise.resolve();
  /** An outage is said once, not at every try. */
  #outageSaid = false;
  /** Ends what an abandoned joining or token request still does. */
  #abort = new AbortController();
  #clockOffsetMs = 0;
  #iceServers: readonly IceServer[] = [];
  #hasTurn = false;

  constructor(deps: RoomMembershipDeps) {
    this.#deps = deps;
  }

  get state(): RoomState {
    return this.#state;
  }
  get error(): RtcError | null {
    return this.#error;
  }
  get members(): readonly Member[] {
    return this.#roster.members;
  }
  get localMember(): Member | null {
    return (this.#memberId !== null && this.#roster.members.find((member) => member.id === this.#memberId)) || null;
  }
  get nickname(): string {
    return this.#nickname;
  }
  get signaling(): SignalingPort | null {
    return this.#signaling;
  }
  get clockOffsetMs(): number {
    return this.#clockOffsetMs;
  }
  get iceServers(): readonly IceServer[] {
    return this.#iceServers;
  }
  get hasTurn(): boolean {
    return this.#hasTurn;
  }

  join({ nickname, token }: { nickname?: string; token?: string } = {}): Promise<Member> {
    if (this.#pending) return this.#pending.promise;
    const here = this.localMember;
    if (here && this.#state !== 'failed') return Promise.resolve(here);
    const options = this.#deps.options();
    const name = parseNickname(nickname ?? options.nickname ?? this.#memoryNow().nickname);
    const hasToken = Boolean(token ?? options.token ?? options.tokenProvider);
    let resolve!: Pending['resolve'];
    let reject!: Pending['reject'];
    const promise = new Promise<Member>((yes, no) => ([resolve, reject] = [yes, no]));
    this.#pending = { promise: quiet(promise), resolve, reject };
    this.#abort = new AbortController();
    this.#nickname = name ?? '';
    this.#token = token;
    this.#outageSaid = false;
    this.#to('joining', null);
    const refused = parseRoomName(options.room) === null ? 'room-invalid' : name === null && !hasToken ? 'nickname-invalid' : null;
    if (refused) this.#fail(new RtcError(refused, { fatal: true }));
    else this.#connect(this.#abort.signal).catch((error: unknown) => this.#fail(toRtcError(error, 'server-unreachable')));
    return promise;
  }

  async leave(): Promise<void> {
    this.#memoryNow().forget();
    const signaling = this.#stop();
    this.#pending?.reject(new RtcError('not-joined'));
    this.#pending = null;
    this.#to('idle', null);
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

  /** Asks the hub what differs from what is believed here. */
  async sync(): Promise<void> {
    const signaling = this.#signaling;
    if (signaling?.state !== 'online') return;
    const reply = await signaling.request('sync', { rev: this.#roster.rev, ...this.#deps.callBelief() }, { signal: this.#abort.signal }).catch(() => null);
    if (!reply || signaling !== this.#signaling) return;
    this.#clockOffsetMs = reply.now - Date.now();
    // Asked on a link that was lost, it is answered on the next one with the list of then.
    if (reply.room && reply.room.rev > this.#roster.rev) this.#snapshot(reply.room);
    if (reply.call) this.#deps.onCall(reply.call);
  }

  #memoryNow(): TabMemory {
    return (this.#memory ??= new TabMemory(tabStorage(this.#deps.options(), this.#deps.server())));
  }

  async #connect(signal: AbortSignal): Promise<void> {
    const memory = this.#memoryNow();
    const [parts, resume] = await Promise.all([this.#deps.loadParts(), memory.takeTicket(), this.#farewell]);
    if (signal.aborted) return;
    if (parts.problem?.code === 'unsupported-browser') throw new RtcError('unsupported-browser', { fatal: true });
    const { room = '' } = this.#deps.options();
    const signaling = parts.createSignaling(this.#deps.server(), {
      room,
      nickname: this.#nickname,
      token: (reason) => this.#tokenFor(reason, room, signal),
      resume,
      rev: () => (this.#roster.rev > 0 ? this.#roster.rev : undefined),
      handlers: {
        onWelcome: (welcome) => this.#onWelcome(welcome, memory),
        onEvent: (event) => this.#event(event),
        onState: (state, error) => this.#signalingState(state, error),
      },
    });
    this.#signaling = signaling;
    this.#deps.onSignaling(signaling, parts);
    if (parts.problem) this.#deps.onProblem(parts.problem);
    signaling.start();
  }

  async #tokenFor(reason: 'join' | 'expired' | 'reconnect', room: string, signal: AbortSignal): Promise<string | null> {
    const { token, tokenProvider } = this.#deps.options();
    return tokenProvider ? tokenProvider({ room, reason, signal }) : (this.#token ?? token ?? null);
  }

  #onWelcome(welcome: Welcome, memory: TabMemory): void {
    const forgotten = !welcome.resumed && this.#epoch !== null;
    this.#epoch = welcome.epoch;
    this.#clockOffsetMs = welcome.now - Date.now();
    this.#iceServers = welcome.iceServers;
    this.#hasTurn = welcome.hasTurn;
    this.#memberId = welcome.memberId;
    this.#nickname = welcome.nickname;
    this.#outageSaid = false;
    const ticket = this.#signaling?.ticket ?? null;
    memory.keep(welcome.nickname, ticket);
    if (ticket) void memory.claim(ticket.sessionId).then(() => this.#memory === memory && this.#state !== 'idle' && memory.keep(welcome.nickname, ticket));
    if (welcome.room) this.#snapshot(welcome.room);
    // Big rooms send the list after the welcome, from revision 0: until then what is known may be of another life of the server.
    else if (!welcome.resumed) this.#roster = { ...this.#roster, rev: 0 };
    clearInterval(this.#syncTimer);
    this.#syncTimer = setInterval(() => void this.sync(), SYNC_INTERVAL_MS);
    this.#enter();
    this.#deps.onWelcome(welcome, forgotten);
    if (welcome.call) this.#deps.onCall(welcome.call);
  }

  /** In the room is who finds itself on its list. */
  #enter(): void {
    const member = this.localMember;
    if (!member || this.#signaling?.state !== 'online') return;
    this.#to('joined', null);
    this.#pending?.resolve(member);
    this.#pending = null;
  }

  #event(event: ServerEvent): void {
    if (event.t === 'room') {
      // From nothing: the whole list, which also takes away whom it does not name.
      const change = event.fromRev === 0 && this.#roster.rev === 0 ? applySnapshot(this.#roster, { rev: event.rev, members: event.put ?? [] }) : applyDelta(this.#roster, event);
      if (change) {
        this.#changed(change);
        this.#enter();
      }
      else void this.sync();
    } else if (event.t === 'call') {
      this.#clockOffsetMs = event.now - Date.now();
      this.#deps.onCall(event.call);
    } else {
      this.#deps.onEvent(event);
    }
  }

  #signalingState(state: SignalingState, error: RtcError | null): void {
    if (state === 'closed') {
      if (error) this.#fail(error);
    } else if (state !== 'online' && error) {
      if (this.#state === 'joined') this.#to('reconnecting', error);
      else this.#error = error;
      if (!this.#outageSaid) {
        this.#outageSaid = true;
        this.#deps.onProblem(error);
      }
    }
  }

  #snapshot(room: RoomSnapshot): void {
    this.#changed(applySnapshot(this.#roster, room));
  }

  #changed(change: RosterChange): void {
    this.#roster = change.roster;
    if (change.joined.length + change.left.length + change.updated.length > 0) this.#deps.onMembers(change);
  }

  #fail(error: RtcError): void {
    const pending = this.#pending;
    this.#pending = null;
    void this.#stop()?.close();
    this.#to('failed', error);
    pending?.reject(error);
  }

  /** Ends the link and everything learnt over it; what the link still has to say is the caller's. */
  #stop(): SignalingPort | null {
    this.#abort.abort();
    clearInterval(this.#syncTimer);
    const signaling = this.#signaling;
    const left = this.#roster.members;
    this.#signaling = null;
    this.#epoch = null;
    this.#memberId = null;
    this.#memory = null;
    this.#roster = EMPTY_ROSTER;
    if (left.length > 0) this.#deps.onMembers({ roster: EMPTY_ROSTER, joined: [], left, updated: [] });
    return signaling;
  }

  #to(state: RoomState, error: RtcError | null): void {
    const previous = this.#state;
    this.#state = state;
    this.#error = error;
    if (state !== previous || error) this.#deps.onState(state, previous, error);
  }
}
