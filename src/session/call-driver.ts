import { pause } from '../base/pause.js';
import { toRtcError } from '../base/rtc-error.js';
import { transition } from '../call/call-machine.js';
import { IDLE, type Call, type CallEffect, type CallEvent, type CallTimer } from '../call/call-state.js';
import type { ControlMessage, CreatePeer, PeerHandlers, PeerPort, SasMessage } from '../media/peer-port.js';
import type { Candidate, Description, ErrorReply, EventOf, RequestFields, RequestType } from '../protocol/messages.js';
import type { CallTeller, CallVerifier } from './call-parts.js';
import type { OwnMedia } from './own-media.js';
import { MediaRecovery } from './media-recovery.js';
import type { CallNews, RoomCalls, RoomMembership } from './room-membership.js';
import { NO_VERIFICATION, sendsPicture } from './session-snapshot.js';
import type { SessionStore } from './session-store.js';

/**
 * How long the camera goes before the connection: both at once get in each other's way. Measured with a fake camera: open after 9 ms alone, after 41 ms beside
 * ICE and DTLS, and it is the camera that the first picture waits for. One that takes longer is not waited for.
 */
const CAMERA_FIRST_MS = 30;
/** Of a connection that nobody verifies yet: more than an honest side says. */
const MAX_EARLY_SAS = 4;
/** Of calls that have no connection yet. */
const MAX_EARLY_SIGNALS = 64;

type EffectOf<T extends CallEffect['type']> = Extract<CallEffect, { type: T }>;

/**
 * Runs the call machine: one event after another, and for each step the effects it asks for. Holds the one connection there is, which says nothing once it is
 * closed.
 */
export class CallDriver implements RoomCalls, PeerHandlers {
  call: Call;
  /** The own devices being opened for this call. */
  opening: Promise<void>;
  /** Of the call under way; its code comes when sound and picture are there. */
  verifier: CallVerifier | null = null;
  /** Who shows how the call has ended, and whether somebody reads it. */
  readonly endReaders = new Set<() => boolean>();
  readonly earlySas: SasMessage[] = [];
  readonly #store: SessionStore;
  readonly #createPeer: CreatePeer;
  readonly #room: RoomMembership;
  readonly #media: OwnMedia;
  readonly #teller: CallTeller;
  readonly #recovery: MediaRecovery;
  readonly #timers: { [timer in CallTimer]?: ReturnType<typeof setTimeout> } = {};
  readonly #queue: CallEvent[] = [];
  #draining = false;
  #peer: PeerPort | null = null;
  /** The call the connection serves; empty while a prepared one waits for the next ring. */
  #peerCall = '';
  #isCallee = false;
  /** What the connection was made with. */
  #iceServers: readonly RTCIceServer[] = [];
  #icePolicy: RTCIceTransportPolicy | undefined;
  /** Of the connection; and what its set-up still waits for where it is not the first, and so not part of invitation and accept. */
  #generation = 0;
  #awaits: 'offer' | 'answer' | null = null;
  #signals = 0;
  /** Connected, and nothing comes. */
  #silent: PeerPort | null = null;
  /** The invitation or the accept has been answered: the hub knows of this side. */
  #introduced: Promise<unknown> = Promise.resolve();
  /** Other devices ring for this call too. */
  #shared = false;
  /** Ids of the calls that have ended. */
  readonly #over = new Set<string>();
  /** What came for a call before its connection was there. */
  #early: EventOf<'signal'>[] = [];

  constructor(store: SessionStore, createPeer: CreatePeer, room: RoomMembership, media: OwnMedia, teller: CallTeller) {
    this.call = IDLE;
    this.opening = Promise.resolve();
    this.#store = store;
    this.#createPeer = createPeer;
    this.#room = room;
    this.#media = media;
    this.#teller = teller;
    this.#recovery = new MediaRecovery(store, room);
  }

  get peer(): PeerPort | null {
    return this.#peerCall ? this.#peer : null;
  }

  apply(news: CallNews): void {
    this.#queue.push({ ...news, at: this.#store.now() } as CallEvent);
    if (this.#draining) return;
    this.#draining = true;
    try {
      for (let next = this.#queue.shift(); next; next = this.#queue.shift()) {
        const previous = this.call;
        // Ended here, and the hub does not know yet (the link was down): it does not ring again.
        const again = next.type === 'call-told' && next.call.state === 'ringing' && this.#over.has(next.call.callId);
        const { call, effects } = again ? { call: previous, effects: null } : transition(previous, next);
        this.#store.record({ event: next, previous, call, effects });
        if (!effects) continue;
        this.call = call;
        if (call.phase === 'ended') this.#over.add(call.callId);
        // Effects first: what must be said or stopped is not held up by a page's listeners. Who draws sees the step and what came of it as one.
        const { held } = this.#store;
        this.#store.held = true;
        for (const effect of effects) this.#run(effect);
        this.#store.held = held;
        this.#room.hurry(call.phase === 'reconnecting' && call.cause === 'network');
        if (call !== previous) this.#teller.stepped(call, previous);
      }
    } finally {
      this.#draining = false;
    }
  }

  /** A relayed description or candidates from the peer. */
  signal(event: EventOf<'signal'>): void {
    const { callId, generation = 0, description, candidates } = event;
    const { peer } = this;
    if (peer && this.#peerCall === callId && this.#generation >= generation) {
      // Of a connection that is given up.
      if (this.#generation > generation) return;
      if (description) this.#described(peer, description);
      if (candidates) peer.addCandidates(candidates);
    } else if (this.#early.length < MAX_EARLY_SIGNALS) this.#early.push(event);
  }

  /** `pagehide`: whoever is on the other side learns it on both roads. */
  unload(): void {
    this.#peer?.sendControl({ t: 'bye', reason: 'unload' });
    this.#media.close();
    this.#dropPeer();
  }

  dispose(): void {
    this.#stopTimers();
    this.#dropPeer();
  }

  async restartIce(): Promise<void> {
    const { peer, call } = this;
    if (!peer) return;
    const wasLost = call.phase === 'reconnecting';
    const rebuild = (): void => this.#ask('rebuild', { callId: this.#peerCall, generation: this.#generation });
    const begun = await this.#recovery.restart(peer, () => this.#peer !== peer || (wasLost && this.#silent !== peer && peer.connection?.connectionState === 'connected'), rebuild);
    if (begun) this.apply({ type: 'ice-restarted', callId: this.#peerCall });
  }

  /** Signaling is (back) there. */
  async welcomed(): Promise<void> {
    const { peer, call } = this;
    if (peer && (call.phase === 'active' || (call.phase === 'reconnecting' && call.cause === 'network')) && (await this.#recovery.standsStill(peer)) && this.#peer === peer)
      await this.restartIce();
  }

  /** Browsers say nothing for some 5 s when nothing comes any more, and nothing either when it comes again. */
  async #checkMedia(): Promise<void> {
    const { peer } = this;
    const callId = this.#peerCall;
    const { remoteMedia } = this.#store.snapshot;
    if (!peer || !(remoteMedia.audio || sendsPicture(remoteMedia))) return;
    const isConnected = (): boolean => this.#peer === peer && peer.connection?.connectionState === 'connected';
    const isSilent = async (): Promise<boolean> => (await this.#recovery.isSilent(peer)) && isConnected();
    if (!(await isSilent()) || this.#silent === peer) return;
    this.#silent = peer;
    this.apply({ type: 'peer-silent', callId });
    while (await isSilent());
    this.#silent = null;
    if (isConnected()) this.apply({ type: 'peer-connected', callId });
  }

  // --- What the machine asks for -----------------------------------------------------------------------------------------------------------------

  #run(effect: CallEffect): void {
    switch (effect.type) {
      case 'open-caller':
        return this.#openCaller(effect.callId);
      case 'open-callee':
        return this.#openCallee(effect);
      case 'renew-peer':
        return this.#renewPeer(effect);
      case 'send-rebuild':
        return this.#ask('rebuild', { callId: effect.callId, generation: effect.generation });
      case 'apply-answer':
        return this.#guard(effect.callId, this.#peer?.acceptAnswer(effect.answer));
      case 'commit-answer':
        return this.#guard(effect.callId, this.#commitAnswer());
      case 'close-peer':
        return this.#closePeer(effect.keep);
      case 'restart-ice':
        return void this.restartIce();
      case 'check-media':
        return void this.#checkMedia();
      case 'open-media':
        return void (this.opening = this.#media.open(effect.media));
      case 'close-media':
        return this.#media.close();
      case 'send-bye':
        return void this.#peer?.sendControl({ t: 'bye', reason: effect.reason });
      case 'send-invite': {
        const { callId, to, media, offer } = effect;
        const { ringTimeout = 0 } = this.#store.options;
        return this.#ask('invite', { callId, to, media, offer, ...(ringTimeout > 0 && { ringTimeoutMs: Math.round(Math.min(ringTimeout, 1e6) * 1000) }) });
      }
      case 'send-accept':
        return this.#ask('accept', { callId: effect.callId, media: effect.media, answer: effect.answer });
      case 'send-hangup':
        return this.#say('hangup', { callId: effect.callId, reason: effect.reason });
      case 'send':
        return effect.request === 'cancel' ? this.#ask('cancel', { callId: effect.callId }) : this.#say(effect.request, { callId: effect.callId });
      case 'start-timer':
        return this.#startTimer(effect);
      case 'stop-timers':
        return this.#stopTimers();
    }
  }

  /** A request whose reply is the call as the hub now sees it. */
  #ask<T extends 'invite' | 'accept' | 'cancel' | 'rebuild'>(request: T, fields: RequestFields<T>): void {
    const { callId } = fields;
    const reply = this.#room.request(request, fields);
    this.#introduced = reply.catch(() => {});
    reply.then(
      ({ call }) => this.apply({ type: 'call-told', call, asked: callId }),
      (error: unknown) => {
        const refusal = toRtcError(error, 'unavailable');
        this.#teller.refused(callId, refusal);
        // Too late: the hub says what became of the call instead.
        const { call } = (refusal.cause ?? {}) as Partial<ErrorReply>;
        if (call) this.apply({ type: 'call-told', call, asked: callId });
        this.apply({ type: 'refused', callId, request });
      },
    );
  }

  #say<T extends RequestType>(request: T, fields: RequestFields<T>): void {
    this.#room.request(request, fields).catch(() => {});
  }

  #startTimer(effect: EffectOf<'start-timer'>): void {
    const { callId, timer, ms } = effect;
    clearTimeout(this.#timers[timer]);
    const delay = ms === 'ended-timeout' ? Math.min(this.#store.options.endedTimeout ?? 8, 1e6) * 1000 : ms;
    const fire = () => {
      // Nobody reads against the clock (WCAG 2.2.1).
      if (timer === 'ended' && [...this.endReaders].some((isRead) => isRead())) this.#startTimer(effect);
      else this.apply({ type: 'timer-fired', callId, timer });
    };
    // Only "ended" may have none: until dismissed. One for longer than 24 days, or for ever, would be over at once.
    if (delay > 0) this.#timers[timer] = setTimeout(fire, delay);
  }

  #stopTimers(): void {
    for (const timer of Object.values(this.#timers)) clearTimeout(timer);
  }

  // --- The connection ----------------------------------------------------------------------------------------------------------------------------

  #openCaller(callId: string): void {
    this.#dropPeer();
    const peer = this.#bind(callId, false);
    this.#media.attach(peer);
    this.#guard(callId, peer.offer(), (sdp) => this.apply({ type: 'offer-ready', callId, sdp }));
  }

  #openCallee({ callId, offer, candidates, shared }: EffectOf<'open-callee'>): void {
    this.#shared = shared;
    // A connection that only ever prepared an answer was rolled back and serves again: the browser counts connections, not calls.
    if (this.#peerCall || !this.#isCallee) this.#dropPeer();
    const peer = this.#bind(callId, true);
    if (candidates.length > 0) peer.addCandidates(candidates);
    this.#guard(callId, peer.prepareAnswer(offer), (sdp) => this.apply({ type: 'answer-ready', callId, sdp }));
    this.#hearEarly();
  }

  #renewPeer({ callId, generation, offers }: EffectOf<'renew-peer'>): void {
    this.#dropPeer();
    const peer = this.#bind(callId, !offers, generation);
    this.#awaits = offers ? 'answer' : 'offer';
    this.#media.attach(peer);
    if (offers) this.#guard(callId, peer.offer(), (sdp) => this.onDescription({ type: 'offer', sdp }));
    this.#hearEarly();
  }

  #hearEarly(): void {
    for (const early of this.#early.splice(0)) if (early.callId === this.#peerCall) this.signal(early);
  }

  #described(peer: PeerPort, description: Description): void {
    const { type, sdp } = description;
    if (type !== this.#awaits) return void peer.acceptDescription(description).catch((error: unknown) => this.onFailure(error));
    this.#awaits = null;
    if (type === 'answer') return this.#guard(this.#peerCall, peer.acceptAnswer(sdp));
    this.#guard(this.#peerCall, peer.prepareAnswer(sdp), (answer) => {
      this.onDescription({ type: 'answer', sdp: answer });
      this.#guard(this.#peerCall, peer.commitAnswer());
    });
  }

  #bind(callId: string, isCallee: boolean, generation = 0): PeerPort {
    const { iceServers = this.#room.welcome?.iceServers ?? [], iceTransportPolicy = 'all' } = this.#store.options;
    // One that was prepared for an earlier ring: its credentials may have expired, and it must not tell addresses that are not to be told any more.
    if (iceServers !== this.#iceServers || iceTransportPolicy !== this.#icePolicy) this.#dropPeer();
    this.#iceServers = iceServers;
    this.#icePolicy = iceTransportPolicy;
    this.#peerCall = callId;
    this.#generation = generation;
    this.#awaits = null;
    this.#isCallee = isCallee;
    this.#signals = 0;
    return (this.#peer ??= this.#createPeer({ iceServers, iceTransportPolicy, handlers: this }));
  }

  /** The answer is on its way already. */
  async #commitAnswer(): Promise<void> {
    const peer = this.#peer;
    if (!peer) return;
    this.#media.attach(peer);
    await Promise.race([this.opening, pause(CAMERA_FIRST_MS)]);
    // Another device of ours may have been faster. Both would reach the caller, whose DTLS hangs for good on the hello of the one that lost (measured in Chromium).
    if (this.#shared) await this.#introduced;
    if (this.#peer === peer) await peer.commitAnswer();
  }

  #closePeer(keep: boolean): void {
    if (!this.#peerCall) return;
    const peer = this.#peer;
    if (keep && this.#isCallee) {
      this.#peerCall = '';
      peer?.rollback().catch(() => this.#peer === peer && !this.#peerCall && this.#dropPeer());
    } else this.#dropPeer();
  }

  #dropPeer(): void {
    this.#peer?.close();
    this.#peer = null;
    this.#peerCall = '';
    this.earlySas.length = 0;
    this.#store.show({ remoteStream: null, verification: NO_VERIFICATION });
  }

  #guard<T>(callId: string, work: Promise<T> | undefined, done?: (result: T) => void): void {
    work?.then(done, (error: unknown) => {
      const known = toRtcError(error, 'bad-description');
      if (!this.#teller.refused(callId, known) && this.#peerCall === callId) this.#store.problem(known);
      this.apply({ type: 'peer-broken', callId });
    });
  }

  // --- What the connection says ------------------------------------------------------------------------------------------------------------------

  onCandidates(candidates: Candidate[]): void {
    this.#relay({ candidates });
  }
  onDescription(description: Description): void {
    this.#relay({ description });
  }
  #relay(what: { candidates?: Candidate[]; description?: Description }): void {
    const peer = this.#peer;
    if (!this.#peerCall) return;
    const fields = { callId: this.#peerCall, ...(this.#generation > 0 && { generation: this.#generation }), n: this.#signals++, ...what };
    const signal = (): Promise<unknown> => this.#room.request('signal', fields);
    // Where it has overtaken the invitation or the accept, the hub did not know what to do with it.
    signal().catch(() => this.#introduced.then(() => this.#peer === peer && signal())).catch(() => {});
  }

  onState(state: RTCPeerConnectionState): void {
    // Of the other states the machine knows nothing, and does nothing.
    this.apply({ type: `peer-${state}`, callId: this.#peerCall } as CallNews);
  }

  onControl(message: ControlMessage): void {
    if (message.t === 'media') {
      const { t, ...media } = message;
      this.#teller.heard(media);
    } else if (message.t === 'sas') {
      if (this.verifier) this.verifier.heard(message);
      else if (this.earlySas.length < MAX_EARLY_SAS) this.earlySas.push(message);
    }
    else this.apply({ type: 'bye-heard', callId: this.#peerCall, reason: message.reason });
  }

  onControlOpen(): void {
    this.#media.tell();
    this.verifier?.opened();
  }

  onRemoteStream(remoteStream: MediaStream): void {
    this.#store.show({ remoteStream });
  }

  onFailure(error: unknown): void {
    this.#store.problem(toRtcError(error, 'bad-description'));
  }
}
