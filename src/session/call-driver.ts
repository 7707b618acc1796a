import { toRtcError, type RtcError } from '../base/rtc-error.js';
import { transition } from '../call/call-machine.js';
import { IDLE, type Call, type CallEffect, type CallEvent, type CallTimer } from '../call/call-state.js';
import type { ControlMessage, CreatePeer, PeerPort, PeerState } from '../media/peer-port.js';
import type { Candidate, Description, ErrorReply, WireCall } from '../protocol/messages.js';
import type { SignalingPort } from '../signaling/signaling-port.js';
import type { OwnMedia } from './own-media.js';
import type { SessionOptions } from './session-api.js';

export interface CallDriverDeps {
  readonly createPeer: CreatePeer;
  readonly signaling: SignalingPort;
  readonly media: OwnMedia;
  readonly options: () => Readonly<SessionOptions>;
  readonly iceServers: () => readonly RTCIceServer[];
  /** Epoch milliseconds by the server's clock. */
  readonly now: () => number;
  /** After each step, before its effects run. */
  readonly onStep: (call: Call, previous: Call, event: CallEvent) => void;
  readonly onControl: (message: ControlMessage) => void;
  readonly onRemoteStream: (stream: MediaStream | null) => void;
  readonly onError: (error: RtcError) => void;
  /** What a request about a call was refused with, for whoever waits for it. */
  readonly onRefused: (callId: string, error: RtcError) => void;
}

/**
 * How long the camera goes before the connection: both at once get in each other's way. Measured with a fake camera: open after 9 ms alone, after 41 ms beside
 * ICE and DTLS, and it is the camera that the first picture waits for. One that takes longer is not waited for.
 */
const CAMERA_FIRST_MS = 30;

type EffectOf<T extends CallEffect['type']> = Extract<CallEffect, { type: T }>;

/** Runs the call machine: one event after another, and for each step the effects it asks for. Holds the one connection there is. */
export class CallDriver {
  readonly #deps: CallDriverDeps;
  readonly #timers = new Map<CallTimer, ReturnType<typeof setTimeout>>();
  readonly #queue: CallEvent[] = [];
  /** Ids of the calls that have ended. */
  readonly #over = new Set<string>();
  #draining = false;
  #call: Call = IDLE;
  #peer: PeerPort | null = null;
  /** The call the connection serves; null while a prepared one waits for the next ring. */
  #peerCall: string | null = null;
  #role: 'caller' | 'callee' = 'caller';
  #signals = 0;
  /** The invitation or the accept has been answered: the hub knows of this side. */
  #introduced: Promise<unknown> = Promise.resolve();
  /** Other devices ring for this call too. */
  #shared = false;
  /** The own devices being opened for this call. */
  opening: Promise<void> = Promise.resolve();
  /** What came for a call before its connection was there. */
  #early: { callId: string; description?: Description; candidates?: Candidate[] }[] = [];

  constructor(deps: CallDriverDeps) {
    this.#deps = deps;
  }

  get call(): Call {
    return this.#call;
  }
  get peer(): PeerPort | null {
    return this.#peerCall === null ? null : this.#peer;
  }

  apply(event: CallEvent): void {
    this.#queue.push(event);
    if (this.#draining) return;
    this.#draining = true;
    try {
      for (let next = this.#queue.shift(); next; next = this.#queue.shift()) {
        // Ended here, and the hub does not know yet (the link was down): it does not ring again.
        if (next.type === 'call-told' && next.call.state === 'ringing' && this.#over.has(next.call.callId)) continue;
        const previous = this.#call;
        const { call, effects } = transition(previous, next);
        this.#call = call;
        if (call.phase === 'ended') this.#over.add(call.callId);
        // Effects first: what must be said or stopped is not held up by a page's listeners.
        for (const effect of effects) this.#run(effect);
        if (call !== previous) this.#deps.onStep(call, previous, next);
      }
    } finally {
      this.#draining = false;
    }
  }

  /** A relayed description or candidates from the peer. */
  signal(callId: string, description?: Description, candidates?: Candidate[]): void {
    if (this.#peer && this.#peerCall === callId) {
      if (description) void this.#peer.acceptDescription(description).catch((error: unknown) => this.#deps.onError(toRtcError(error, 'bad-description')));
      if (candidates) this.#peer.addCandidates(candidates);
    } else if (this.#early.length < 64) {
      this.#early.push({ callId, ...(description && { description }), ...(candidates && { candidates }) });
    }
  }

  /** `pagehide`: whoever is on the other side learns it on both roads. */
  unload(): void {
    this.#peer?.sendControl({ t: 'bye', reason: 'unload' });
    this.#deps.media.close();
    this.#dropPeer();
  }

  dispose(): void {
    for (const timer of this.#timers.values()) clearTimeout(timer);
    this.#timers.clear();
    this.#dropPeer();
  }

  #run(effect: CallEffect): void {
    const { media, signaling } = this.#deps;
    switch (effect.type) {
      case 'open-caller':
        return this.#openCaller(effect.callId);
      case 'open-callee':
        return this.#openCallee(effect);
      case 'apply-answer':
        return this.#guard(effect.callId, this.#peer?.acceptAnswer(effect.answer));
      case 'commit-answer':
        return this.#guard(effect.callId, this.#commitAnswer());
      case 'close-peer':
        return this.#closePeer(effect);
      case 'restart-ice':
        return void this.restartIce();
      case 'open-media':
        return void (this.opening = media.open(effect.media));
      case 'close-media':
        return media.close();
      case 'send-bye':
        return void this.#peer?.sendControl({ t: 'bye', reason: effect.reason });
      case 'send-invite': {
        const ringTimeout = this.#deps.options().ringTimeout;
        const { callId, to, media: kinds, offer } = effect;
        const fields = { callId, to, media: kinds, offer, ...(ringTimeout !== undefined && ringTimeout > 0 && { ringTimeoutMs: Math.round(ringTimeout * 1000) }) };
        return this.#told(callId, 'invite', signaling.request('invite', fields));
      }
      case 'send-accept':
        return this.#told(effect.callId, 'accept', signaling.request('accept', { callId: effect.callId, media: effect.media, answer: effect.answer }));
      case 'send-hangup':
        return void signaling.request('hangup', { callId: effect.callId, reason: effect.reason }).catch(() => {});
      case 'send':
        if (effect.request === 'cancel') return this.#told(effect.callId, 'cancel', signaling.request('cancel', { callId: effect.callId }));
        return void signaling.request(effect.request, { callId: effect.callId }).catch(() => {});
      case 'start-timer':
        return this.#startTimer(effect);
      case 'stop-timer':
        clearTimeout(this.#timers.get(effect.timer));
        this.#timers.delete(effect.timer);
        return;
      case 'stop-timers':
        for (const timer of this.#timers.values()) clearTimeout(timer);
        this.#timers.clear();
    }
  }

  /** A request whose reply is the call as the hub now sees it. */
  #told(callId: string, request: 'invite' | 'accept' | 'cancel', reply: Promise<{ call: WireCall }>): void {
    this.#introduced = reply.catch(() => {});
    reply.then(
      ({ call }) => this.apply({ type: 'call-told', call, at: this.#deps.now(), asked: callId }),
      (error: unknown) => {
        const refusal = toRtcError(error, 'unavailable');
        const at = this.#deps.now();
        this.#deps.onRefused(callId, refusal);
        // Too late: the hub says what became of the call instead.
        const { call } = (refusal.cause ?? {}) as Partial<ErrorReply>;
        if (call) this.apply({ type: 'call-told', call, at, asked: callId });
        this.apply({ type: 'refused', callId, request, at });
      },
    );
  }

  #openCaller(callId: string): void {
    this.#dropPeer();
    const peer = this.#createPeer('caller');
    this.#bind(peer, callId);
    this.#deps.media.attach(peer);
    peer.offer().then(
      (sdp) => this.apply({ type: 'offer-ready', callId, sdp }),
      (error: unknown) => this.#broken(callId, error),
    );
  }

  #openCallee({ callId, offer, candidates, shared }: EffectOf<'open-callee'>): void {
    this.#shared = shared;
    // A connection that only ever prepared an answer was rolled back and serves again: the browser counts connections, not calls.
    const reusable = this.#peer && this.#peerCall === null && this.#role === 'callee';
    if (!reusable) this.#dropPeer();
    const peer = (reusable && this.#peer) || this.#createPeer('callee');
    this.#bind(peer, callId);
    if (candidates.length > 0) peer.addCandidates(candidates);
    peer.prepareAnswer(offer).then(
      (sdp) => this.apply({ type: 'answer-ready', callId, sdp }),
      (error: unknown) => this.#broken(callId, error),
    );
    const early = this.#early.filter((each) => each.callId === callId);
    this.#early = [];
    for (const each of early) this.signal(callId, each.description, each.candidates);
  }

  /** The answer is on its way already. */
  async #commitAnswer(): Promise<void> {
    const peer = this.#peer;
    if (!peer) return;
    this.#deps.media.attach(peer);
    await Promise.race([this.opening, new Promise((resolve) => setTimeout(resolve, CAMERA_FIRST_MS))]);
    // Another device of ours may have been faster. Both would reach the caller, whose DTLS hangs for good on the hello of the one that lost (measured in Chromium).
    if (this.#shared) await this.#introduced;
    if (this.#peer === peer) await peer.commitAnswer();
  }

  #bind(peer: PeerPort, callId: string): void {
    this.#peer = peer;
    this.#peerCall = callId;
    this.#signals = 0;
  }

  #createPeer(role: 'caller' | 'callee'): PeerPort {
    this.#role = role;
    const { iceTransportPolicy = 'all' } = this.#deps.options();
    const peer: PeerPort = this.#deps.createPeer({
      iceServers: this.#deps.iceServers(),
      iceTransportPolicy,
      handlers: {
        onCandidates: (candidates) => this.#send(peer, { candidates }),
        onDescription: (description) => this.#send(peer, { description }),
        onState: (state) => this.#peer === peer && this.#peerState(state),
        onControl: (message) => this.#peer === peer && this.#control(message),
        onControlOpen: () => this.#peer === peer && peer.sendControl(this.#deps.media.control()),
        onRemoteStream: (stream) => this.#peer === peer && this.#deps.onRemoteStream(stream),
        onFailure: (error) => this.#peer === peer && this.#deps.onError(toRtcError(error, 'bad-description')),
      },
    });
    return peer;
  }

  #send(peer: PeerPort, what: { description?: Description; candidates?: Candidate[] }): void {
    const callId = this.#peerCall;
    if (this.#peer !== peer || callId === null) return;
    const fields = { callId, n: this.#signals++, ...what };
    const signal = (): Promise<unknown> => this.#deps.signaling.request('signal', fields);
    // Where it has overtaken the invitation or the accept, the hub did not know what to do with it.
    signal().catch(() => this.#introduced.then(() => this.#peer === peer && signal())).catch(() => {});
  }

  #peerState(state: PeerState): void {
    const callId = this.#peerCall;
    if (callId !== null && (state === 'connected' || state === 'disconnected' || state === 'failed')) {
      this.apply({ type: `peer-${state}`, callId, at: this.#deps.now() });
    }
  }

  #control(message: ControlMessage): void {
    const callId = this.#peerCall;
    if (callId === null) return;
    if (message.t === 'bye') this.apply({ type: 'bye-heard', callId, reason: message.reason, at: this.#deps.now() });
    else this.#deps.onControl(message);
  }

  async restartIce(): Promise<void> {
    const peer = this.#peer;
    if (!peer || this.#peerCall === null) return;
    // Signaling first, then ICE, with fresh credentials: an offer sent into a half-open socket is lost for good.
    const fresh = await this.#deps.signaling.request('ice', {}, { deadlineMs: 10_000 }).catch(() => null);
    if (this.#peer !== peer) return;
    if (fresh && !this.#deps.options().iceServers) peer.setIceServers(fresh.iceServers);
    peer.restartIce();
  }

  #broken(callId: string, error: unknown): void {
    const known = toRtcError(error, 'bad-description');
    this.#deps.onRefused(callId, known);
    if (this.#peerCall === callId) this.#deps.onError(known);
    this.apply({ type: 'peer-broken', callId, at: this.#deps.now() });
  }

  #guard(callId: string, work: Promise<void> | undefined): void {
    work?.catch((error: unknown) => this.#broken(callId, error));
  }

  #closePeer({ callId, keep }: EffectOf<'close-peer'>): void {
    if (this.#peerCall !== callId) return;
    const peer = this.#peer;
    if (keep && peer && this.#role === 'callee') {
      this.#peerCall = null;
      peer.rollback().catch(() => this.#peer === peer && this.#peerCall === null && this.#dropPeer());
    } else this.#dropPeer();
    this.#deps.onRemoteStream(null);
  }

  #dropPeer(): void {
    const peer = this.#peer;
    this.#peer = this.#peerCall = null;
    peer?.close();
  }

  #startTimer({ callId, timer, ms }: EffectOf<'start-timer'>): void {
    clearTimeout(this.#timers.get(timer));
    const delay = ms === 'ended-timeout' ? (this.#deps.options().endedTimeout ?? 8) * 1000 : ms;
    // Ended "until dismissed" is a timer that never fires.
    if (ms === 'ended-timeout' && delay <= 0) return;
    this.#timers.set(timer, setTimeout(() => this.apply({ type: 'timer-fired', callId, timer, at: this.#deps.now() }), delay));
  }
}
