import { deferred, type Deferred } from '../base/deferred.js';
import { importAgain } from '../base/import-again.js';
import { pause } from '../base/pause.js';
import { quiet } from '../base/quiet.js';
import { randomId } from '../base/random-id.js';
import { RtcError } from '../base/rtc-error.js';
import { IDLE, toCallInfo, type Call } from '../call/call-state.js';
import type { CallInfo, Member } from '../protocol/codes.js';
import { CallDriver } from './call-driver.js';
import type { CallParts, CallTeller } from './call-parts.js';
import { callsWithVideo } from './captures.js';
import { OwnMedia } from './own-media.js';
import { RoomMembership } from './room-membership.js';
import type { CallTarget, JoinOptions, SessionOptions } from './session-api.js';
import type { CallOptions } from './session-events.js';
import { NO_MEDIA, NO_NOTICE, sendsPicture, type MediaState } from './session-snapshot.js';
import type { SessionStore } from './session-store.js';

/**
 * On accept the camera, whose answer needs this thread, goes before drawing: painting first had delayed the first picture by 20 to 40 ms. Shorter than anybody
 * notices on a button.
 */
const HOLD_PICTURE_MS = 80;
/** Until then the first picture has this thread for itself. */
const FIRST_PICTURE_MS = 1_000;
/** The server tells of those who come together, every `PRESENCE_BATCH_MS`; and that takes its way. */
const APPEAR_MS = 200;

/** Somebody waits for what becomes of a call. */
interface Waiting extends Deferred<CallInfo> {
  readonly callId: string;
  readonly accepting: boolean;
}

/** A session from its first `join()` on: brings membership, call and own media together and tells the page of its calls. */
export class JoinedSession implements CallTeller {
  readonly media: OwnMedia;
  readonly calls: CallDriver;
  readonly room: RoomMembership;
  readonly resetIdentity: CallParts['resetIdentity'];
  readonly #store: SessionStore;
  /** Of the one call there can be at a time. */
  #waiting: Waiting | null = null;
  /** What the other side has said that it sends, as opposed to what is assumed until it does. */
  #told: MediaState = NO_MEDIA;
  #retryPlayback: (() => Promise<void>) | null = null;
  /** The call whose own camera `audio-only` has switched off. */
  #darkened: string | undefined;

  constructor(store: SessionStore, parts: CallParts) {
    this.#store = store;
    this.room = new RoomMembership(store, parts);
    this.media = new OwnMedia(store, parts.devices);
    this.calls = this.room.calls = new CallDriver(store, parts.createPeer, this.room, this.media, this);
    const { loadWatch, resetIdentity } = parts;
    this.resetIdentity = resetIdentity;
    if (loadWatch) this.#watch(loadWatch);
    store.on('rtc-media', ({ detail }) => detail.source === 'local' && this.#remember());
  }

  // --- The room ----------------------------------------------------------------------------------------------------------------------------------

  configure(changes: SessionOptions): void {
    const { options: before, snapshot: { roomState, nickname, camera, currentCall } } = this.#store;
    const changed = (key: keyof SessionOptions): boolean => key in changes && changes[key] !== before[key];
    const moved = roomState !== 'idle' && (['server', 'room', 'storageKey'] as const).some(changed);
    const retry = roomState === 'failed' && (['token', 'tokenProvider', 'iceServers'] as const).some((key) => changes[key] && changed(key));
    // The place to leave is the one that was joined.
    if (moved) void this.leave();
    this.#store.options = { ...before, ...changes };
    if (moved || retry) void this.join({ nickname });
    if (changes.audioOnly) {
      if (!before.audioOnly) this.#darkened = camera.state === 'on' ? currentCall?.callId : undefined;
      void this.media.toggle('video', false);
      void this.media.toggleScreen(false);
    } else if (before.audioOnly && 'audioOnly' in changes) {
      this.media.tell();
      // Whoever had the camera on has it on again.
      if (this.#darkened === currentCall?.callId) void quiet(this.media.toggle('video', true));
    }
    this.media.show();
    if (changes.autoAccept && !before.autoAccept) this.#countDown();
    if (!this.#store.options.doNotDisturb !== !before.doNotDisturb) void quiet(this.room.announce());
  }

  join(options?: JoinOptions | null): Promise<Member> {
    this.#watchPage('addEventListener');
    return this.room.join(options);
  }

  async leave(): Promise<void> {
    this.#watchPage('removeEventListener');
    await this.room.leave();
  }

  /** While there is a room to leave: a session that is thrown away must not be held by the window. */
  #watchPage(how: 'addEventListener' | 'removeEventListener'): void {
    for (const type of ['pagehide', 'pageshow']) globalThis[how]?.(type, this);
  }

  handleEvent({ type, persisted }: { readonly type: string; readonly persisted?: boolean }): void {
    if (type === 'pagehide') {
      this.calls.unload();
      this.room.unload();
    } else if (persisted) {
      this.room.revive();
      const { audio = false, video = false } = this.#store.storage.call() ?? {};
      this.calls.apply({ type: 'page-restored', media: { audio, video } });
    }
  }

  /** After leaving. */
  dispose(): void {
    this.calls.dispose();
    this.media.dispose();
  }

  // --- The call ----------------------------------------------------------------------------------------------------------------------------------

  async call(target: CallTarget, options?: CallOptions | null): Promise<CallInfo> {
    const store = this.#store;
    // Pages also hand over what a search did not find, or a whole member. In an open room nobody has a user id: nobody is called by its absence.
    const { userId: wanted, role } = Object(target) as { readonly userId?: string | null; readonly role?: string | null };
    const byRole = !wanted && role;
    const find = (): Member | undefined => store.snapshot.members.find(({ id, userId }) => id === target || (userId && userId === wanted));
    // Whoever has just come is on the server's list before they are on ours.
    if (store.snapshot.localMember && !byRole && !find()) {
      const over = new AbortController();
      const here = new Promise<unknown>((resolve) => store.on('rtc-members', () => find() && resolve(null), over));
      await Promise.race([here, pause(APPEAR_MS)]);
      over.abort();
    }
    // From here on all in one go: of two who waited for the same person, one dials.
    const peer = find();
    const { localMember } = store.snapshot;
    const { phase } = this.calls.call;
    const free = (phase === 'idle' || phase === 'ended') && peer !== localMember;
    if (!localMember || !peer || !free) {
      const error = new RtcError(!localMember ? 'not-joined' : peer || byRole ? 'unavailable' : 'member-not-found');
      store.problem(error);
      throw error;
    }
    const callId = randomId();
    const taken = this.#wait(callId, false);
    const { audioOnly } = store.options;
    this.calls.apply({ type: 'dial', callId, peer, media: { audio: options?.audio !== false, video: !audioOnly && Boolean(options?.video ?? callsWithVideo(store.options)) } });
    return taken;
  }

  async accept(options?: CallOptions | null): Promise<void> {
    const { call } = this.calls;
    if (call.phase !== 'incoming') throw new RtcError('call-not-found');
    const active = this.#wait(call.callId, true);
    this.#store.held = true;
    // A voice call is answered with voice; video may be added later.
    this.calls.apply({ type: 'accept', media: { audio: call.media.audio && options?.audio !== false, video: call.media.video && options?.video !== false } });
    void Promise.race([this.calls.opening, pause(HOLD_PICTURE_MS)]).then(() => {
      this.#store.held = false;
      this.#store.show({});
    });
    await active;
  }

  /** The promise of `call()` or `accept()`. */
  #wait(callId: string, accepting: boolean): Promise<CallInfo> {
    if (this.#waiting?.callId !== callId) this.#waiting = { ...deferred<CallInfo>(), callId, accepting };
    return this.#waiting.promise;
  }

  /** `call()` resolves when the hub has taken the invitation, whatever comes of it; `accept()` when the call is active. */
  #settle(call: Call, info: CallInfo | null): void {
    const waiting = this.#waiting;
    if (!waiting || !info) return;
    const { accepting } = waiting;
    const ours = info.callId === waiting.callId;
    // Another call goes on in place of the one that was dialled; or one before it has ended just now.
    if (ours ? (call.phase === 'outgoing' && call.rev < 0) || (accepting && call.phase === 'connecting') : call.phase === 'ended') return;
    this.#waiting = null;
    if (!accepting || (ours && call.phase !== 'ended')) waiting.resolve(info);
    else waiting.reject(info.reason === 'connect-failed' ? this.#iceError() : new RtcError('too-late'));
  }

  refused(callId: string, error: RtcError): boolean {
    const waiting = this.#waiting;
    if (waiting?.callId !== callId) return false;
    this.#waiting = null;
    waiting.reject(error);
    if (!waiting.accepting) this.#store.problem(error);
    return !waiting.accepting;
  }

  reportPlaybackBlocked(retry: () => Promise<void>): void {
    const repeated = this.#retryPlayback !== null;
    this.#retryPlayback = retry;
    if (!repeated) this.#store.show({ playbackBlocked: this.#store.emit('rtc-playback-blocked', { resume: () => quiet(this.resumePlayback()) }) });
  }

  async resumePlayback(): Promise<void> {
    try {
      await this.#retryPlayback?.();
    } catch (cause) {
      throw new RtcError('playback-blocked', { cause });
    }
    this.#retryPlayback = null;
    this.#store.show({ playbackBlocked: false });
  }

  // --- What becomes of it ------------------------------------------------------------------------------------------------------------------------

  stepped(call: Call, previous: Call): void {
    this.#remember();
    const info = toCallInfo(call);
    const { phase } = call;
    this.#settle(call, info);
    const entered = phase !== previous.phase;
    const starts = entered && (phase === 'incoming' || phase === 'outgoing');
    const silent = starts || phase === 'ended';
    if (silent) {
      this.#told = NO_MEDIA;
      this.#retryPlayback = null;
    }
    this.#store.show({
      callState: phase,
      direction: info?.direction ?? null,
      currentCall: info,
      endReason: info?.reason ?? null,
      expiresAt: phase === 'incoming' ? call.expiresAt : null,
      reconnectCause: phase !== 'reconnecting' ? null : call.cause === 'network' && call.peerAway ? 'peer-lost' : call.cause,
      ...(silent && { remoteMedia: NO_MEDIA, playbackBlocked: false }),
      ...(starts && { silenced: false, cardPrevented: false, ...NO_NOTICE }),
    });
    if (!entered) {
      if (info?.ringing !== toCallInfo(previous)?.ringing) this.#tellState(info, phase, phase);
      return;
    }
    if (phase === 'connecting') this.#remoteSends({ ...(call.direction === 'outgoing' ? call.acceptMedia : call.media), screen: false });
    if (info?.reason === 'connect-failed') this.#store.problem(this.#iceError());
    // A new call ends the showing of how the last one ended.
    const replaced = previous.phase === 'ended' && phase !== 'idle';
    if (replaced) this.#tellState(null, IDLE.phase, previous.phase);
    this.#tellState(info, phase, replaced ? IDLE.phase : previous.phase);
    if (phase === 'incoming') this.#tellIncoming(call);
    if (phase === 'ended') void this.room.log({ call: info! });
  }

  /** Once for each call, when sound and picture are there: its code is nothing that a call waits for. */
  #watch(load: NonNullable<CallParts['loadWatch']>): void {
    let watched: string | null = null;
    this.#store.on('rtc-call-state', ({ detail: { state, callId } }) => {
      if (state === 'ended') watched = null;
      if (state !== 'active' || !callId || callId === watched) return;
      watched = callId;
      const watch = (): Promise<unknown> => pause(FIRST_PICTURE_MS).then(load).then(
        ({ watchCall }) => watchCall(callId, this.#store, this.calls, this.media),
        // As long as the call runs: when the server that has the code is back, nothing else says so.
        () => callId === watched && watch(),
      );
      void watch();
    });
  }

  /** For a reload: nothing of it outlasts the call. */
  #remember(): void {
    const { call } = this.calls;
    const joined = call.phase === 'connecting' || call.phase === 'active' || call.phase === 'reconnecting';
    if (joined) this.#store.storage.keepCall({ callId: call.callId, ticket: call.ticket, ...this.media.wanted });
    else if (call.phase === 'ended') this.#store.storage.keepCall(null);
  }

  #tellState(info: CallInfo | null, state: Call['phase'], previous: Call['phase']): void {
    const { callId = null, peer = null, direction = null, ringing = false, reason, connectedAt, endedAt } = info ?? {};
    this.#store.emit('rtc-call-state', {
      state, previous, callId, peer, direction, ringing,
      ...(reason && { reason }),
      ...(endedAt !== undefined && connectedAt !== undefined && { durationMs: Math.max(0, endedAt - connectedAt) }),
    });
  }

  #tellIncoming({ callId, peer, media, expiresAt }: Extract<Call, { phase: 'incoming' }>): void {
    const mine = (): boolean => this.calls.call.phase === 'incoming' && this.calls.call.callId === callId;
    const shown = this.#store.emit('rtc-call-incoming', {
      callId, peer, media, expiresAt,
      accept: (options) => quiet(mine() ? this.accept(options) : Promise.reject(new RtcError('too-late'))),
      reject: () => mine() && this.calls.apply({ type: 'reject' }),
    });
    this.#store.show({ cardPrevented: !shown });
    this.#countDown();
  }

  /** Where its code cannot be had, the call rings on. */
  #countDown(): void {
    const { call } = this.calls;
    if (!this.#store.options.autoAccept || call.phase !== 'incoming') return;
    void importAgain(() => import('./auto-accept.js')).then(({ countDown }) => countDown(this.#store, call.callId, () => void quiet(this.accept())), () => {});
  }

  #iceError(): RtcError {
    const relayed = this.room.welcome?.hasTurn || JSON.stringify(this.#store.options.iceServers ?? '').includes('turn');
    return new RtcError(relayed ? 'ice-failed' : 'ice-failed-no-turn', { fatal: true });
  }

  heard(now: MediaState): void {
    const before = this.#told;
    this.#told = now;
    this.#remoteSends(now);
    for (const kind of ['audio', 'video', 'screen'] as const) {
      if (before[kind] !== now[kind]) this.#store.emit('rtc-media', { source: 'remote', kind, enabled: now[kind] });
    }
  }

  #remoteSends(remoteMedia: MediaState): void {
    this.#store.show({ remoteMedia });
    this.calls.peer?.showVideo(sendsPicture(remoteMedia));
  }
}
