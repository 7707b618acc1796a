import { RtcError } from '../../src/base/rtc-error.js';
import type {
  CallInfo, CallOptions, CallTarget, EventScope, FlightDump, Member, RtcSession, SessionEvent, SessionEventDetails, SessionEventName, SessionOptions, SessionSnapshot,
  SimulatedFault,
} from '../../src/session/public.js';

// The session port without a network or a device: a test sets what there is to draw, says what happens, and reads what was asked.

export function member(nickname: string, changes: Partial<Member> = {}): Member {
  return {
    id: nickname.toLowerCase(), userId: null, nickname, role: null, data: {}, avatarUrl: null,
    online: true, busy: false, authenticated: false, since: 0, ...changes,
  };
}

export function callWith(peer: Member, changes: Partial<CallInfo> = {}): CallInfo {
  return {
    callId: 'call-1', state: 'active', peer, direction: 'outgoing', media: { audio: true, video: true }, ringing: false, createdAt: 0, ...changes,
  };
}

export const EMPTY_SNAPSHOT: SessionSnapshot = {
  roomState: 'idle', roomError: null, room: 'lobby', nickname: '', localMember: null, members: [],
  callState: 'idle', direction: null, currentCall: null, endReason: null, expiresAt: null, autoAcceptAt: null, reconnectCause: null, silenced: false, cardPrevented: false, callHistory: [], missedCalls: [],
  microphone: { state: 'off', error: null }, camera: { state: 'off', error: null }, screen: { state: 'off', error: null },
  remoteMedia: { audio: false, video: false, screen: false }, localStream: null, remoteStream: null, playbackBlocked: false,
  quality: { level: 'unknown', reasons: [], rttMs: null },
  verification: { emoji: [], words: [], state: 'unavailable' }, recording: false, speaker: '',
  notice: null, noticeScope: null, clockOffsetMs: 0,
};

const CANCELABLE: readonly SessionEventName[] = ['rtc-call-incoming', 'rtc-playback-blocked', 'rtc-error'];

export class FakeSession implements RtcSession {
  /** Every method called, in order, with its arguments. */
  readonly calls: [method: string, ...args: unknown[]][] = [];
  readonly peerConnection = null;
  remembered: string | null = null;
  /** What `join()` is refused with. */
  joinError: RtcError | null = null;
  options: SessionOptions;
  #snapshot: SessionSnapshot = EMPTY_SNAPSHOT;
  readonly #listeners = new Set<() => void>();
  readonly #events = new EventTarget();

  constructor(options: SessionOptions = {}, snapshot: Partial<SessionSnapshot> = {}) {
    this.options = options;
    this.#snapshot = { ...EMPTY_SNAPSHOT, ...snapshot };
  }

  /** How many listen to changes: a leak shows here. */
  get listenerCount(): number {
    return this.#listeners.size;
  }
  /** The arguments of every call of one method. */
  asked(method: string): unknown[][] {
    return this.calls.filter(([name]) => name === method).map(([, ...args]) => args);
  }

  set(changes: Partial<SessionSnapshot>): void {
    this.#snapshot = { ...this.#snapshot, ...changes };
    for (const listener of this.#listeners) listener();
  }
  /** The room joined, with these members; the first of them is oneself. */
  setJoined(...members: Member[]): void {
    this.set({ roomState: 'joined', roomError: null, members, localMember: members[0] ?? null, nickname: members[0]?.nickname ?? '' });
  }
  /** False if somebody prevented the default. */
  emit<N extends SessionEventName>(name: N, detail: SessionEventDetails[N], options: { scope?: EventScope; cancelable?: boolean } = {}): boolean {
    const { scope = 'call', cancelable = CANCELABLE.includes(name) } = options;
    return this.#events.dispatchEvent(Object.assign(new CustomEvent(name, { detail, cancelable }), { scope }));
  }

  /** As the real one: what the options leave out is `unused`. The same object until something changes, where they leave out nothing. */
  getSnapshot(): SessionSnapshot {
    const { media = 'audio video', audioOnly } = this.options;
    if (!audioOnly && media.includes('video')) return this.#snapshot;
    const unused = { state: 'unused', error: null } as const;
    return { ...this.#snapshot, camera: unused, screen: unused };
  }
  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }
  on<N extends SessionEventName>(name: N, listener: (event: SessionEvent<N>) => void, options?: { signal?: AbortSignal }): void {
    this.#events.addEventListener(name, listener as EventListener, options);
  }
  configure(changes: SessionOptions): void {
    this.calls.push(['configure', changes]);
    this.options = { ...this.options, ...changes };
  }
  rememberedNickname(): string | null {
    return this.remembered;
  }

  async join(options: { nickname?: string; token?: string } = {}): Promise<Member> {
    this.calls.push(['join', options]);
    this.set({ roomState: 'joining' });
    await Promise.resolve();
    const error = this.joinError;
    if (error) {
      this.set({ roomState: 'failed', roomError: error, notice: error, noticeScope: 'room' });
      throw error;
    }
    const me = member(options.nickname ?? 'Guest', { id: 'me' });
    this.set({ notice: null, noticeScope: null });
    this.setJoined(me, ...this.#snapshot.members.filter(({ id }) => id !== 'me'));
    return me;
  }
  async leave(): Promise<void> {
    this.calls.push(['leave']);
    this.set({ roomState: 'idle', localMember: null, members: [], notice: null, noticeScope: null });
  }
  async call(target: CallTarget, options?: CallOptions): Promise<CallInfo> {
    this.calls.push(['call', target, options]);
    const peer = this.#snapshot.members.find(({ id }) => id === target);
    if (!peer) throw new RtcError('member-not-found');
    return callWith(peer, { state: 'outgoing' });
  }
  async accept(options?: CallOptions): Promise<void> {
    this.calls.push(['accept', options]);
  }
  reject(): void {
    this.calls.push(['reject']);
  }
  hangup(): void {
    this.calls.push(['hangup']);
  }
  async block(id: string): Promise<void> {
    this.calls.push(['block', id]);
  }
  async unblock(id: string): Promise<void> {
    this.calls.push(['unblock', id]);
  }
  async kick(id: string, options?: { banSeconds?: number }): Promise<void> {
    this.calls.push(['kick', id, options]);
  }
  dismissEnded(): void {
    this.calls.push(['dismissEnded']);
  }
  async simulate(fault: SimulatedFault): Promise<void> {
    this.calls.push(['simulate', fault]);
  }
  async dump(): Promise<FlightDump> {
    return { format: 1, startedAt: null, roomState: this.#snapshot.roomState, callState: this.#snapshot.callState, entries: [] };
  }
  dismissNotice(): void {
    this.calls.push(['dismissNotice']);
    this.set({ notice: null, noticeScope: null });
  }
  async clearMissedCalls(memberId?: string): Promise<void> {
    this.calls.push(['clearMissedCalls', memberId]);
    this.set({ missedCalls: memberId === undefined ? [] : this.#snapshot.missedCalls.filter(({ peer }) => peer.id !== memberId) });
  }
  async enableNotifications(): Promise<boolean> {
    this.calls.push(['enableNotifications']);
    return true;
  }
  silence(): void {
    this.calls.push(['silence']);
    this.set({ silenced: true });
  }
  async toggleMicrophone(force = true): Promise<boolean> {
    this.calls.push(['toggleMicrophone', force]);
    return force;
  }
  async toggleCamera(force = true): Promise<boolean> {
    this.calls.push(['toggleCamera', force]);
    return force;
  }
  async toggleScreenShare(force = true): Promise<boolean> {
    this.calls.push(['toggleScreenShare', force]);
    return force;
  }
  async setDevice(kind: MediaDeviceKind, deviceId: string): Promise<void> {
    this.calls.push(['setDevice', kind, deviceId]);
  }
  async devices(): Promise<readonly MediaDeviceInfo[]> {
    return [];
  }
  async getStats(): Promise<RTCStatsReport | null> {
    return null;
  }
  readonly requestPictureInPicture = () => Promise.reject(new RtcError('unavailable'));
  readonly requestFullscreen = () => Promise.reject(new RtcError('unavailable'));
  readonly screenshot = () => Promise.reject(new RtcError('addon-missing'));
  readonly startRecording = () => Promise.reject(new RtcError('addon-missing'));
  readonly stopRecording = () => Promise.reject(new RtcError('addon-missing'));
  readonly sendMessage = () => Promise.reject(new RtcError('addon-missing'));
  readonly sendFile = () => Promise.reject(new RtcError('addon-missing'));
  async verify(matches: boolean): Promise<void> {
    this.calls.push(['verify', matches]);
  }
  async resetIdentity(): Promise<void> {
    this.calls.push(['resetIdentity']);
  }
  announceRecording(on: boolean): void {
    this.calls.push(['announceRecording', on]);
  }
  async restartIce(): Promise<void> {
    this.calls.push(['restartIce']);
  }
  async resumePlayback(): Promise<void> {
    this.calls.push(['resumePlayback']);
  }
  reportPlaybackBlocked(retry: () => Promise<void>): void {
    this.calls.push(['reportPlaybackBlocked', retry]);
  }
  holdEnded(isRead: () => boolean): void {
    this.calls.push(['holdEnded', isRead]);
  }
  dispose(): void {
    this.calls.push(['dispose']);
  }
}
