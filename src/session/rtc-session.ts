import { importAgain, importLate } from '../base/import-again.js';
import { quiet } from '../base/quiet.js';
import { RtcError } from '../base/rtc-error.js';
import type { CallInfo, Member } from '../protocol/codes.js';
import type { FlightDump } from './flight-recorder.js';
import type { JoinedSession } from './joined-session.js';
import type { CallTarget, JoinOptions, KickOptions, RtcSession, SessionOptions, SimulatedFault } from './session-api.js';
import type { CallOptions, SessionEvent, SessionEventName } from './session-events.js';
import { NO_NOTICE, type SessionSnapshot } from './session-snapshot.js';
import { SessionStore } from './session-store.js';

/** Fetches what joining needs; tests bring their own. A fatal RtcError is final, anything else is tried again. */
export type LoadJoined = () => Promise<(store: SessionStore) => JoinedSession>;
const loadJoined: LoadJoined = async () => (await importAgain(() => import('./joined-parts.js'))).prepareJoined();

type Refusal = 'not-joined' | 'call-not-found' | 'unavailable' | 'addon-missing';

const LOAD_RETRY_MS = 3_000;

/** Null is how frameworks take back what they have set. */
const withoutNull = (options: SessionOptions): SessionOptions => Object.fromEntries(Object.entries(options ?? {}).map(([name, value]) => [name, value ?? undefined]));

/**
 * The shared controller as everybody holds it. Before `join()` there is nothing more, so that a page paints early; joining fetches the rest
 * ({@link JoinedSession}), which does the work from then on.
 */
export class Session implements RtcSession {
  readonly #store: SessionStore;
  readonly #load: LoadJoined;
  #joined: JoinedSession | null = null;
  /** Joining, while the code for it is fetched. */
  #loading: Promise<Member> | null = null;
  /** Ends a loading that is not wanted any more. */
  #abort = new AbortController();

  constructor(options: SessionOptions, load: LoadJoined = loadJoined) {
    this.#store = new SessionStore(withoutNull(options));
    this.#load = load;
  }

  getSnapshot(): SessionSnapshot {
    return this.#store.snapshot;
  }
  subscribe(listener: () => void): () => void {
    const { listeners } = this.#store;
    listeners.add(listener);
    return () => listeners.delete(listener);
  }
  on<N extends SessionEventName>(name: N, listener: (event: SessionEvent<N>) => void, options?: { signal?: AbortSignal }): void {
    this.#store.on(name, listener, options);
  }
  get options(): Readonly<SessionOptions> {
    return this.#store.options;
  }
  get peerConnection(): RTCPeerConnection | null {
    return this.#joined?.calls.peer?.connection ?? null;
  }

  configure(changes: SessionOptions): void {
    (this.#joined ?? this.#store).configure(withoutNull(changes));
  }

  join(options?: JoinOptions | null): Promise<Member> {
    if (this.#joined) return this.#joined.join(options);
    let loading = this.#loading;
    if (!loading) {
      this.#abort = new AbortController();
      loading = this.#loading = quiet(this.#fetch(this.#abort.signal).then((joined) => joined.join(options)));
      this.#store.enter('joining');
    }
    return loading;
  }

  async leave(): Promise<void> {
    if (this.#joined) return this.#joined.leave();
    this.#store.storage.forget();
    this.#abort.abort(new RtcError('not-joined'));
    this.#loading = null;
    this.#store.enter('idle');
  }

  rememberedNickname(): string | null {
    return this.#store.storage.read()?.nickname ?? null;
  }

  block(id: string): Promise<void> {
    return this.#ask(({ room }) => room.block(id, true), 'not-joined');
  }
  unblock(id: string): Promise<void> {
    return this.#ask(({ room }) => room.block(id, false), 'not-joined');
  }
  kick(id: string, options?: KickOptions | null): Promise<void> {
    return this.#ask(({ room }) => room.kick(id, options?.banSeconds), 'not-joined');
  }
  call(target: CallTarget, options?: CallOptions | null): Promise<CallInfo> {
    return this.#ask((joined) => joined.call(target, options), 'not-joined');
  }
  accept(options?: CallOptions | null): Promise<void> {
    return this.#ask((joined) => joined.accept(options), 'call-not-found');
  }
  reject(): void {
    this.#joined?.calls.apply({ type: 'reject' });
  }
  hangup(): void {
    this.#joined?.calls.apply({ type: 'hang-up' });
  }
  dismissEnded(): void {
    this.#joined?.calls.apply({ type: 'dismiss' });
  }
  dismissNotice(): void {
    this.#store.show(NO_NOTICE);
  }
  clearMissedCalls(memberId?: string): Promise<void> {
    return this.#ask(({ room }) => room.log({ seen: memberId }), undefined);
  }
  async enableNotifications(): Promise<boolean> {
    return (await globalThis.Notification?.requestPermission()) === 'granted';
  }
  silence(): void {
    this.#store.show({ silenced: true });
  }
  toggleMicrophone(force?: boolean): Promise<boolean> {
    return this.#ask(({ media }) => media.toggle('audio', force), false);
  }
  toggleCamera(force?: boolean): Promise<boolean> {
    return this.#ask(({ media }) => media.toggle('video', force), false);
  }
  toggleScreenShare(force?: boolean): Promise<boolean> {
    return this.#ask(({ media }) => media.toggleScreen(force), false);
  }
  setDevice(kind: MediaDeviceKind, deviceId: string): Promise<void> {
    return this.#ask(({ media }) => media.choose(kind, deviceId), 'not-joined');
  }
  devices(): Promise<readonly MediaDeviceInfo[]> {
    return this.#ask(({ media }) => media.devices(), []);
  }
  getStats(): Promise<RTCStatsReport | null> {
    return this.#ask(({ calls }) => calls.peer?.connection?.getStats() ?? null, null);
  }
  restartIce(): Promise<void> {
    return this.#ask(({ calls }) => calls.restartIce(), undefined);
  }
  resumePlayback(): Promise<void> {
    return this.#ask((joined) => joined.resumePlayback(), undefined);
  }
  verify(matches: boolean): Promise<void> {
    return this.#ask(({ calls }) => calls.verifier?.confirm(matches) ?? this.#refuse('unavailable'), 'call-not-found');
  }
  resetIdentity(): Promise<void> {
    return this.#ask(({ resetIdentity }) => resetIdentity?.(), 'not-joined');
  }
  announceRecording(on: boolean): void {
    this.#joined?.media.announceRecording(on);
  }
  simulate(fault: SimulatedFault): Promise<void> {
    return importLate(() => import('./simulate.js')).then(({ simulate }) => simulate(this.#joined, fault));
  }
  dump(): Promise<FlightDump> {
    return importLate(() => import('./flight-recorder.js')).then(({ writeDump }) => writeDump(this.#store));
  }
  reportPlaybackBlocked(retry: () => Promise<void>): void {
    this.#joined?.reportPlaybackBlocked(retry);
  }

  holdEnded(isRead: () => boolean): void {
    this.#joined?.calls.endReaders.add(isRead);
  }

  requestPictureInPicture(): Promise<never> {
    return this.#refuse('unavailable');
  }
  requestFullscreen(): Promise<never> {
    return this.#refuse('unavailable');
  }
  screenshot(): Promise<never> {
    return this.#refuse('addon-missing');
  }
  startRecording(): Promise<never> {
    return this.#refuse('addon-missing');
  }
  stopRecording(): Promise<never> {
    return this.#refuse('addon-missing');
  }
  sendMessage(): Promise<never> {
    return this.#refuse('addon-missing');
  }
  sendFile(): Promise<never> {
    return this.#refuse('addon-missing');
  }

  dispose(): void {
    void this.leave();
    this.#joined?.dispose();
    this.#store.listeners.clear();
  }

  /** A server that cannot send its own code is an unreachable server: tried again as long as somebody wants to join. */
  async #fetch(signal: AbortSignal): Promise<JoinedSession> {
    for (;;) {
      try {
        const create = await this.#load();
        signal.throwIfAborted();
        return (this.#joined = create(this.#store));
      } catch (cause) {
        signal.throwIfAborted();
        const final = cause instanceof RtcError && cause.fatal;
        if (final) this.#loading = null;
        this.#store.enter(final ? 'failed' : 'joining', final ? cause : new RtcError('server-unreachable', { cause }));
        if (final) throw cause;
        await new Promise<void>((resolve) => {
          const timer = setTimeout(resolve, LOAD_RETRY_MS);
          signal.addEventListener('abort', () => (clearTimeout(timer), resolve()));
        });
      }
    }
  }

  /** Before joining: what it is refused with, or the answer. */
  #ask<T>(what: (joined: JoinedSession) => T | Promise<T>, idle: T | Refusal): Promise<T> {
    if (this.#joined) return quiet(Promise.resolve(what(this.#joined)));
    return typeof idle === 'string' ? this.#refuse(idle as Refusal) : Promise.resolve(idle as T);
  }

  #refuse(code: Refusal): Promise<never> {
    const error = new RtcError(code);
    this.#store.problem(error);
    return quiet(Promise.reject(error));
  }
}
