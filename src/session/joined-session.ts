import { RtcError } from '../base/rtc-error.js';
import { quiet } from '../base/quiet.js';
import { randomId } from '../base/random-id.js';
import { Scope } from '../base/scope.js';
import { IDLE, type Call, type CallEvent } from '../call/call-state.js';
import type { RosterChange } from '../call/roster.js';
import type { ControlMessage } from '../media/peer-port.js';
import type { CallInfo, CallMedia, Member, RoomState } from '../protocol/codes.js';
import type { SignalingPort } from '../signaling/signaling-port.js';
import { CallDriver } from './call-driver.js';
import type { CallParts } from './call-parts.js';
import { tellState } from './call-events.js';
import { CallWaiters } from './call-waiters.js';
import { OwnMedia } from './own-media.js';
import { RoomMembership } from './room-membership.js';
import { buildSnapshot } from './build-snapshot.js';
import type { CallTarget, SessionOptions } from './session-api.js';
import type { SessionEmitter } from './session-emitter.js';
import type { CallOptions, EventScope } from './session-events.js';
import type { MediaState, SessionSnapshot } from './session-snapshot.js';

/**
 * On accept the camera, whose answer needs this thread, goes before drawing: painting first had delayed the first picture by 20 to 40 ms. Shorter than anybody
 * notices on a button.
 */
const HOLD_PICTURE_MS = 80;

const NO_MEDIA: MediaState = { audio: false, video: false, screen: false };

export interface JoinedSessionDeps {
  readonly options: SessionOptions;
  readonly callParts: () => Promise<CallParts>;
  readonly defaultServer: () => string;
  readonly emitter: SessionEmitter;
  readonly onChange: () => void;
}

/** A session from its first `join()` on: brings membership, call and own media together and tells everybody through one snapshot and one set of events. */
export class JoinedSession {
  readonly #emitter: SessionEmitter;
  readonly #onChange: () => void;
  /** Listening to the page coming and going, while there is a room to leave: a session that is thrown away must not be held by the window. */
  #page: Scope | null = null;
  readonly #room: RoomMembership;
  readonly #waiters = new CallWaiters(() => this.#iceError());
  #options: SessionOptions;
  #media: OwnMedia | null = null;
  #driver: CallDriver | null = null;
  #snapshot: SessionSnapshot | null = null;
  #remoteMedia: MediaState = NO_MEDIA;
  /** What the other side has said, as opposed to what is assumed until it does. */
  #remoteTold: MediaState = NO_MEDIA;
  #remoteStream: MediaStream | null = null;
  #expiresAt: number | null = null;
  #silenced = false;
  #cardPrevented = false;
  #notice: { readonly error: RtcError; readonly scope: EventScope } | null = null;
  /** Those who draw are told a moment later (see {@link HOLD_PICTURE_MS}); events and promises are not held. */
  #pictureHeld = false;
  #retryPlayback: (() => Promise<void>) | null = null;
  #playbackBlocked = false;

  constructor({ options, callParts, defaultServer, emitter, onChange }: JoinedSessionDeps) {
    this.#options = options;
    this.#emitter = emitter;
    this.#onChange = onChange;
    this.#room = new RoomMembership({
      loadParts: callParts,
      options: () => this.#options,
      server: () => this.#options.server ?? defaultServer(),
      onState: (state, previous, error) => this.#roomState(state, previous, error),
      onProblem: (error) => this.#problem(error, 'room'),
      onMembers: (change) => this.#members(change),
      onSignaling: (signaling, parts) => this.#connectCalls(signaling, parts),
      onWelcome: (_welcome, forgotten) => this.#driver?.welcomed(forgotten),
      onCall: (call) => {
        if (call.state === 'ringing') this.#expiresAt = call.expiresAt;
        this.#apply({ type: 'call-told', call, at: this.#now() });
      },
      onEvent: (event) => {
        if (event.t === 'signal') this.#driver?.signal(event.callId, event.description, event.candidates);
        else if (event.t === 'peer-away') this.#apply({ type: 'peer-away', callId: event.callId, away: event.away, cause: event.cause, at: this.#now() });
      },
      callBelief: () => {
        const call = this.#call;
        return call.phase === 'idle' || call.phase === 'ended' || call.rev < 0 ? null : { callId: call.callId, callRev: call.rev };
      },
    });
  }

  // --- Reading -----------------------------------------------------------------------------------------------------------------------------------

  getSnapshot(): SessionSnapshot {
    return (this.#snapshot ??= buildSnapshot({
      room: this.#room, options: this.#options, call: this.#call, media: this.#media, remoteMedia: this.#remoteMedia, remoteStream: this.#remoteStream,
      expiresAt: this.#expiresAt, silenced: this.#silenced, cardPrevented: this.#cardPrevented, playbackBlocked: this.#playbackBlocked, notice: this.#notice,
    }));
  }

  get peerConnection(): RTCPeerConnection | null {
    return this.#driver?.peer?.connection ?? null;
  }

  // --- The room ----------------------------------------------------------------------------------------------------------------------------------

  configure(changes: SessionOptions): void {
    const before = this.#options;
    this.#options = { ...before, ...changes };
    const moved = (['server', 'room', 'storageKey'] as const).some((key) => key in changes && changes[key] !== before[key]);
    const retry = (['token', 'tokenProvider', 'iceServers'] as const).some((key) => changes[key] && changes[key] !== before[key]);
    const { nickname } = this.#room;
    if (moved && this.#room.state !== 'idle') {
      // The place to leave is the one that was joined.
      this.#options = before;
      void this.leave();
      this.#options = { ...before, ...changes };
      quiet(this.join({ nickname }));
    } else if (retry && this.#room.state === 'failed') {
      quiet(this.join({ nickname }));
    }
    if (changes.audioOnly && this.#media) void this.#media.toggle('video', false);
    this.#changed();
  }

  join(options: { nickname?: string; token?: string } = {}): Promise<Member> {
    this.#watchPage();
    return this.#room.join(options);
  }

  async leave(): Promise<void> {
    this.#apply({ type: 'room-gone', reason: 'hangup', at: this.#now() });
    this.#notice = null;
    this.#page?.close();
    this.#page = null;
    await this.#room.leave();
  }

  // --- The call ----------------------------------------------------------------------------------------------------------------------------------

  call(target: CallTarget, options: CallOptions = {}): Promise<CallInfo> {
    const { localMember, members } = this.#room;
    const refuse = (error: RtcError): Promise<CallInfo> => {
      this.#problem(error, 'call');
      return quiet(Promise.reject(error));
    };
    if (!localMember || !this.#driver) return refuse(new RtcError('not-joined'));
    if (typeof target !== 'string' && !('userId' in target)) return refuse(new RtcError('unavailable'));
    const peer = members.find((member) => (typeof target === 'string' ? member.id === target : member.userId === target.userId));
    if (!peer) return refuse(new RtcError('member-not-found'));
    const { phase } = this.#call;
    if (peer.id === localMember.id || (phase !== 'idle' && phase !== 'ended')) return refuse(new RtcError('unavailable'));
    const callId = randomId();
    const promise = this.#waiters.dialled(callId);
    this.#apply({ type: 'dial', callId, peer, media: this.#kinds(options), at: this.#now() });
    return quiet(promise);
  }

  accept(options: CallOptions = {}): Promise<void> {
    const call = this.#call;
    if (call.phase !== 'incoming') return quiet(Promise.reject(new RtcError('call-not-found')));
    const promise = this.#waiters.accepted(call.callId);
    // A voice call is answered with voice; video may be added later.
    this.#pictureHeld = true;
    this.#apply({ type: 'accept', media: { audio: call.media.audio && (options.audio ?? true), video: call.media.video && (options.video ?? true) } });
    void Promise.race([this.#driver?.opening, new Promise((resolve) => setTimeout(resolve, HOLD_PICTURE_MS))]).then(() => {
      this.#pictureHeld = false;
      this.#changed();
    });
    return quiet(promise);
  }

  reject(): void {
    this.#apply({ type: 'reject', at: this.#now() });
  }
  hangup(): void {
    this.#apply({ type: 'hang-up', at: this.#now() });
  }
  dismissEnded(): void {
    this.#apply({ type: 'dismiss' });
  }
  dismissNotice(): void {
    this.#notice = null;
    this.#changed();
  }
  silence(): void {
    this.#silenced = true;
    this.#changed();
  }

  // --- Own media ---------------------------------------------------------------------------------------------------------------------------------

  toggleMicrophone(force?: boolean): Promise<boolean> {
    return quiet(this.#media?.toggle('audio', force) ?? Promise.resolve(false));
  }
  toggleCamera(force?: boolean): Promise<boolean> {
    return quiet(this.#media?.toggle('video', force) ?? Promise.resolve(false));
  }
  toggleScreenShare(force?: boolean): Promise<boolean> {
    return quiet(this.#media?.toggleScreen(force) ?? Promise.resolve(false));
  }
  setDevice(kind: MediaDeviceKind, deviceId: string): Promise<void> {
    if (kind === 'audiooutput' || !this.#media) return quiet(Promise.reject(new RtcError('unavailable')));
    return quiet(this.#media.choose(kind === 'audioinput' ? 'audio' : 'video', deviceId));
  }
  async devices(): Promise<readonly MediaDeviceInfo[]> {
    return (await this.#media?.devices()) ?? [];
  }
  async getStats(): Promise<RTCStatsReport | null> {
    return (await this.#driver?.peer?.getStats()) ?? null;
  }
  async restartIce(): Promise<void> {
    await this.#driver?.restartIce();
  }

  reportPlaybackBlocked(retry: () => Promise<void>): void {
    const repeated = this.#retryPlayback !== null;
    this.#retryPlayback = retry;
    if (!repeated) this.#playbackBlocked = this.#emitter.emit('rtc-playback-blocked', { resume: () => this.resumePlayback() }, 'call');
    this.#changed();
  }

  resumePlayback(): Promise<void> {
    const retry = this.#retryPlayback;
    if (!retry) return Promise.resolve();
    return quiet(
      retry().then(
        () => {
          this.#retryPlayback = null;
          this.#playbackBlocked = false;
          this.#changed();
        },
        (cause: unknown) => Promise.reject(new RtcError('playback-blocked', { cause })),
      ),
    );
  }

  dispose(): void {
    void this.leave();
    this.#driver?.dispose();
    this.#driver = null;
    this.#media?.dispose();
    this.#media = null;
  }

  // --- Inside ------------------------------------------------------------------------------------------------------------------------------------

  get #call(): Call {
    return this.#driver?.call ?? IDLE;
  }

  #now(): number {
    return Date.now() + this.#room.clockOffsetMs;
  }

  /** What a call is about, not what is sent: whoever only watches still makes a video call. A room of voices calls with voice. */
  #kinds({ audio = true, video }: CallOptions): CallMedia {
    const { media = '', audioOnly } = this.#options;
    return { audio, video: !audioOnly && (video ?? media.trim() !== 'audio') };
  }

  #watchPage(): void {
    if (this.#page || typeof window === 'undefined') return;
    this.#page = new Scope();
    this.#page.listen(window, 'pagehide', () => {
      this.#driver?.unload();
      this.#room.unload();
    });
    this.#page.listen(window, 'pageshow', (event) => {
      if (!(event as PageTransitionEvent).persisted) return;
      this.#apply({ type: 'room-gone', reason: 'hangup', at: this.#now() });
      this.#room.revive();
    });
  }

  #apply(event: CallEvent): void {
    this.#driver?.apply(event);
  }

  #connectCalls(signaling: SignalingPort, parts: CallParts): void {
    this.#driver?.dispose();
    this.#media ??= new OwnMedia(parts.createLocalMedia(), () => this.#options, {
      onChange: () => this.#changed(),
      onSent: (kind, enabled) => this.#emitter.emit('rtc-media', { source: 'local', kind, enabled }, 'call'),
      onProblem: (error) => this.#problem(error, 'call'),
    });
    this.#driver = new CallDriver({
      createPeer: parts.createPeer,
      signaling,
      media: this.#media,
      options: () => this.#options,
      iceServers: () => this.#options.iceServers ?? this.#room.iceServers,
      now: () => this.#now(),
      onStep: (call, previous) => this.#stepped(call, previous),
      onControl: (message) => this.#heard(message),
      onRemoteStream: (stream) => {
        this.#remoteStream = stream;
        this.#changed();
      },
      onError: (error) => this.#problem(error, 'call'),
      onRefused: (callId, error) => {
        if (this.#waiters.refused(callId, error)) this.#problem(error, 'call');
      },
    });
  }

  #stepped(call: Call, previous: Call): void {
    if (call.phase !== previous.phase) this.#phaseChanged(call, previous);
    const ringing = 'ringing' in call && call.ringing;
    const wasRinging = 'ringing' in previous && previous.ringing;
    this.#changed();
    if (call.phase !== previous.phase) {
      if (previous.phase === 'ended' && call.phase !== 'idle') tellState(this.#emitter, IDLE, previous);
      tellState(this.#emitter, call, previous.phase === 'ended' ? IDLE : previous);
      if (call.phase === 'incoming') this.#tellIncoming(call);
    } else if (ringing !== wasRinging) tellState(this.#emitter, call, previous);
    this.#waiters.stepped(call);
  }

  #phaseChanged(call: Call, previous: Call): void {
    if (call.phase === 'incoming' || call.phase === 'outgoing') {
      this.#silenced = this.#cardPrevented = this.#playbackBlocked = false;
      this.#retryPlayback = null;
      this.#notice = null;
      this.#remoteMedia = this.#remoteTold = NO_MEDIA;
    }
    if (call.phase === 'connecting') {
      const { audio, video } = call.direction === 'outgoing' ? call.acceptMedia : call.media;
      this.#remoteSends({ audio, video, screen: false });
    }
    if (call.phase === 'ended') {
      this.#remoteMedia = this.#remoteTold = NO_MEDIA;
      this.#playbackBlocked = false;
      if (call.reason === 'connect-failed') this.#problem(this.#iceError(), 'call');
    }
    if (call.phase !== 'incoming' && previous.phase === 'incoming') this.#expiresAt = null;
  }

  #tellIncoming(call: Extract<Call, { phase: 'incoming' }>): void {
    const { callId, peer, media, expiresAt } = call;
    const mine = (): boolean => this.#call.phase === 'incoming' && this.#call.callId === callId;
    const shown = this.#emitter.emit('rtc-call-incoming', {
      callId, peer, media, expiresAt,
      accept: (options) => (mine() ? this.accept(options) : quiet(Promise.reject(new RtcError('too-late')))),
      reject: () => mine() && this.reject(),
    }, 'call');
    this.#cardPrevented = !shown;
    this.#changed();
    if (this.#options.autoAccept && mine()) void this.accept();
  }

  #iceError(): RtcError {
    const relayed = this.#room.hasTurn || JSON.stringify(this.#options.iceServers ?? '').includes('turn');
    return new RtcError(relayed ? 'ice-failed' : 'ice-failed-no-turn', { fatal: true });
  }

  #heard(message: ControlMessage): void {
    if (message.t !== 'media') return;
    const { t: _t, ...now } = message;
    const before = this.#remoteTold;
    this.#remoteTold = now;
    this.#remoteSends(now);
    this.#changed();
    for (const kind of ['audio', 'video', 'screen'] as const) {
      if (before[kind] !== now[kind]) this.#emitter.emit('rtc-media', { source: 'remote', kind, enabled: now[kind] }, 'call');
    }
  }

  #remoteSends(media: MediaState): void {
    this.#remoteMedia = media;
    this.#driver?.peer?.showVideo(media.video || media.screen);
  }

  #roomState(state: RoomState, previous: RoomState, error: RtcError | null): void {
    if (state === 'failed') this.#apply({ type: 'room-gone', reason: error?.code === 'kicked' ? 'kicked' : 'server', at: this.#now() });
    if (state === 'joined' && this.#notice?.scope === 'room') this.#notice = null;
    this.#changed();
    if (state !== previous) this.#emitter.emit('rtc-room-state', { state, previous, ...(error && { error }) }, 'room');
    if (state === 'failed' && error) this.#problem(error, 'room');
  }

  #members(change: RosterChange): void {
    this.#changed();
    const { roster, joined, left, updated } = change;
    this.#emitter.emit('rtc-members', { members: roster.members, joined, left, updated }, 'room');
  }

  #problem(error: RtcError, scope: EventScope): void {
    if (this.#emitter.error(error, scope)) {
      this.#notice = { error, scope };
      this.#changed();
    }
  }

  #changed(): void {
    this.#snapshot = null;
    if (!this.#pictureHeld) this.#onChange();
  }
}
