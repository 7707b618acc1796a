import { importAgain } from '../base/import-again.js';
import { quiet } from '../base/quiet.js';
import { RtcError } from '../base/rtc-error.js';
import type { CallInfo, Member, RoomState } from '../protocol/codes.js';
import type { CallTarget, RtcSession, SessionOptions } from './session-api.js';
import { SessionEmitter } from './session-emitter.js';
import type { CallOptions, SessionEvent, SessionEventName } from './session-events.js';
import { IDLE_SNAPSHOT, type SessionSnapshot } from './session-snapshot.js';
import { tabStorage } from './tab-storage.js';

type JoinedSession = InstanceType<Awaited<ReturnType<LoadJoinedParts>>['JoinedSession']>;

/** What `joined-parts.ts` exports; tests bring their own call parts. */
export type LoadJoinedParts = () => Promise<Pick<typeof import('./joined-parts.js'), 'JoinedSession' | 'callParts'>>;
export const loadJoinedParts: LoadJoinedParts = () => importAgain(() => import('./joined-parts.js'));

const LOAD_RETRY_MS = 3_000;

/**
 * The shared controller as everybody holds it: options, listeners and the idle picture. Before `join()` there is nothing more, so that a page paints early;
 * joining fetches the rest ({@link JoinedSession}), which does the work from then on.
 */
export class Session implements RtcSession {
  readonly #load: LoadJoinedParts;
  readonly #defaultServer: () => string;
  readonly #emitter = new SessionEmitter();
  readonly #listeners = new Set<() => void>();
  #options: SessionOptions;
  #joined: JoinedSession | null = null;
  #snapshot: SessionSnapshot | null = null;
  /** Joining, while the code for it is fetched. */
  #loading: Promise<Member> | null = null;
  /** Ends a loading that is not wanted any more. */
  #abort = new AbortController();
  #error: RtcError | null = null;

  constructor(options: SessionOptions, load: LoadJoinedParts, defaultServer: () => string) {
    this.#options = { ...options };
    this.#load = load;
    this.#defaultServer = defaultServer;
  }

  getSnapshot(): SessionSnapshot {
    if (this.#joined) return this.#joined.getSnapshot();
    const error = this.#error;
    return (this.#snapshot ??= Object.freeze({
      ...IDLE_SNAPSHOT,
      roomState: this.#loading ? 'joining' : 'idle',
      room: this.#options.room ?? '',
      ...(error && { roomError: error, notice: error, noticeScope: 'room' }),
    }));
  }
  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }
  on<N extends SessionEventName>(name: N, listener: (event: SessionEvent<N>) => void, options?: { signal?: AbortSignal }): void {
    this.#emitter.on(name, listener, options);
  }
  get options(): Readonly<SessionOptions> {
    return this.#options;
  }
  get peerConnection(): RTCPeerConnection | null {
    return this.#joined?.peerConnection ?? null;
  }

  configure(changes: SessionOptions): void {
    this.#options = { ...this.#options, ...changes };
    if (this.#joined) this.#joined.configure(changes);
    else this.#changed();
  }

  join(options: { nickname?: string; token?: string } = {}): Promise<Member> {
    if (this.#joined) return this.#joined.join(options);
    if (!this.#loading) {
      this.#abort = new AbortController();
      this.#loading = quiet(this.#fetch(this.#abort.signal).then((joined) => joined.join(options)));
      this.#state('joining', 'idle');
    }
    return this.#loading;
  }

  async leave(): Promise<void> {
    if (this.#joined) return this.#joined.leave();
    tabStorage(this.#options, this.#defaultServer()).forget();
    if (!this.#loading) return;
    this.#abort.abort(new RtcError('not-joined'));
    this.#loading = this.#error = null;
    this.#state('idle', 'joining');
  }

  rememberedNickname(): string | null {
    return tabStorage(this.#options, this.#defaultServer()).read()?.nickname ?? null;
  }

  call(target: CallTarget, options?: CallOptions): Promise<CallInfo> {
    return this.#joined?.call(target, options) ?? this.#refuse('not-joined');
  }
  accept(options?: CallOptions): Promise<void> {
    return this.#joined?.accept(options) ?? this.#refuse('call-not-found');
  }
  reject(): void {
    this.#joined?.reject();
  }
  hangup(): void {
    this.#joined?.hangup();
  }
  dismissEnded(): void {
    this.#joined?.dismissEnded();
  }
  dismissNotice(): void {
    this.#joined?.dismissNotice();
  }
  silence(): void {
    this.#joined?.silence();
  }
  async toggleMicrophone(force?: boolean): Promise<boolean> {
    return this.#joined?.toggleMicrophone(force) ?? false;
  }
  async toggleCamera(force?: boolean): Promise<boolean> {
    return this.#joined?.toggleCamera(force) ?? false;
  }
  async toggleScreenShare(force?: boolean): Promise<boolean> {
    return this.#joined?.toggleScreenShare(force) ?? false;
  }
  setDevice(kind: MediaDeviceKind, deviceId: string): Promise<void> {
    return this.#joined?.setDevice(kind, deviceId) ?? this.#refuse('not-joined');
  }
  async devices(): Promise<readonly MediaDeviceInfo[]> {
    return this.#joined?.devices() ?? [];
  }
  async getStats(): Promise<RTCStatsReport | null> {
    return this.#joined?.getStats() ?? null;
  }
  async restartIce(): Promise<void> {
    await this.#joined?.restartIce();
  }
  async resumePlayback(): Promise<void> {
    await this.#joined?.resumePlayback();
  }
  reportPlaybackBlocked(retry: () => Promise<void>): void {
    this.#joined?.reportPlaybackBlocked(retry);
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
    this.#listeners.clear();
  }

  /** A server that cannot send its own code is an unreachable server: said once, and tried again as long as somebody wants to join. */
  async #fetch(signal: AbortSignal): Promise<JoinedSession> {
    for (;;) {
      try {
        const parts = await this.#load();
        signal.throwIfAborted();
        const deps = { options: this.#options, callParts: parts.callParts, defaultServer: this.#defaultServer, emitter: this.#emitter, onChange: () => this.#changed() };
        return (this.#joined = new parts.JoinedSession(deps));
      } catch (cause) {
        signal.throwIfAborted();
        if (!this.#error) {
          const error = new RtcError('server-unreachable', { cause });
          if (this.#emitter.error(error, 'room')) this.#error = error;
          this.#changed();
        }
        await new Promise<void>((resolve) => {
          const timer = setTimeout(resolve, LOAD_RETRY_MS);
          signal.addEventListener('abort', () => (clearTimeout(timer), resolve()));
        });
      }
    }
  }

  #state(state: RoomState, previous: RoomState): void {
    this.#changed();
    this.#emitter.emit('rtc-room-state', { state, previous }, 'room');
  }

  #refuse(code: 'not-joined' | 'call-not-found' | 'unavailable' | 'addon-missing'): Promise<never> {
    const error = new RtcError(code);
    this.#emitter.error(error, 'call');
    return quiet(Promise.reject(error));
  }

  #changed(): void {
    this.#snapshot = null;
    for (const listener of this.#listeners) listener();
  }
}
