import type { PropertyDeclarations, PropertyValues } from 'lit';
import { RtcError, toRtcError } from '../../base/rtc-error.js';
import type {
  CallDirection, CallInfo, CallOptions, CallState, CallTarget, DeviceState, EndReason, QualityLevel, RtcSession, SessionOptions, Verification,
} from '../../session/public.js';
import { EventRouter } from '../event-router.js';
import { SessionElement } from '../session-element.js';
import { callSeconds } from './call-time.js';
import { controlsListOf } from './controls-list.js';

/** What the page may set here and the session decides by. */
const DEFAULTS = { micOff: false, cameraOff: false, audioOnly: false, autoAccept: false, endedTimeout: 8, priority: 'audio' } as const;
const OPTIONS = Object.keys(DEFAULTS) as (keyof typeof DEFAULTS)[];
/** Also what counts where the page has taken it back, or says no number. */
const INITIAL = { volume: 1, endedTimeout: 8, priority: 'audio', ringtone: '' } as const;

/** Setting one of these counts each time: the device may have been switched by hand since. */
const hasChanged = () => true;

const missing = (): Promise<never> => Promise.reject(new RtcError('addon-missing'));

/** What a page can set on a call view, read from it and ask of it: the session's own, under the same names. Promises reject with `RtcError` only. */
export abstract class CallApi extends SessionElement {
  static override properties: PropertyDeclarations = {
    controlsHidden: { type: Boolean },
    bare: { type: Boolean },
    micOff: { type: Boolean, hasChanged },
    cameraOff: { type: Boolean, hasChanged },
    muted: { type: Boolean },
    volume: { type: Number },
    audioOnly: { type: Boolean },
    noMirror: { type: Boolean },
    ringtone: {},
    ringtoneDevice: { attribute: false },
    autoAccept: { type: Boolean },
    endedTimeout: { type: Number },
    priority: {},
    noShortcuts: { type: Boolean },
  };

  /** No bar of buttons during a call. */
  controlsHidden = false;
  /** The two pictures and nothing else: the page draws the rest. */
  bare = false;
  /** Own microphone off: now, and when calls start. */
  micOff = false;
  /** Own camera off: now, and when calls start. */
  cameraOff = false;
  /** The other's sound, as on `<video>`. */
  muted = false;
  /** The other's sound, 0 to 1, as on `<video>`. */
  volume = 1;
  /** Sends and takes no video. */
  audioOnly = false;
  /** Shows the own picture as others see it. */
  noMirror = false;
  /** Address of a sound for incoming calls, or `none`. */
  ringtone = '';
  /** The `deviceId` of the loudspeaker that rings, where the browser can choose one; empty: the computer's own choice. What the other says comes from that of `setDevice()`. */
  ringtoneDevice = '';
  /** Takes every call by itself, after a countdown of 3 s while the page is shown. */
  autoAccept = false;
  /** Seconds the end of a call stays on show; 0 = until dismissed. */
  endedTimeout = 8;
  /** What yields last on a poor network: with `audio` the picture shrinks and then pauses, with `video` the sound gets less first and the picture never stops. */
  priority: 'audio' | 'video' = 'audio';

  /** No keyboard shortcuts. */
  noShortcuts = false;

  readonly #controlsList = controlsListOf(this);
  #devices: readonly MediaDeviceInfo[] = [];
  #configured: RtcSession | null = null;

  constructor() {
    super();
    this.honour('controlsList');
  }

  /** What to hide, as a token list; assigning a string replaces it. */
  get controlsList(): DOMTokenList {
    return this.#controlsList;
  }
  set controlsList(value: DOMTokenList | string) {
    this.#controlsList.value = String(value);
  }
  /** What the call does now; also an attribute, for style sheets. */
  get state(): CallState {
    return this.snapshot.callState;
  }
  /** `incoming` or `outgoing`; null when idle. Also an attribute, for style sheets. */
  get direction(): CallDirection | null {
    return this.snapshot.direction;
  }
  /** The call that runs, or has just ended; null when idle. */
  get currentCall(): CallInfo | null {
    return this.snapshot.currentCall;
  }
  /** Why the call has ended; null while one runs, and when idle. */
  get endReason(): EndReason | null {
    return this.snapshot.endReason;
  }
  /** Seconds the call has run, or did run. */
  get duration(): number {
    return callSeconds(this.snapshot);
  }
  /** Own microphone and camera while a call has them. */
  get localStream(): MediaStream | null {
    return this.snapshot.localStream;
  }
  /** Sound and picture of the other, from the first that comes. */
  get remoteStream(): MediaStream | null {
    return this.snapshot.remoteStream;
  }
  /** How good the network of the call is; `unknown` outside of a call. Why, and the round trip, are in `rtc-quality` and the session's snapshot. */
  get quality(): QualityLevel {
    return this.snapshot.quality.level;
  }
  /** Whether the other is who they were: seven emoji to compare, and `unavailable`, `unverified`, `verified` or `changed`. */
  get verification(): Verification {
    return this.snapshot.verification;
  }
  /** Cameras, microphones and loudspeakers; named only once a permission is granted. */
  get devices(): readonly MediaDeviceInfo[] {
    return this.#devices;
  }
  /** Escape hatch; null without a call. */
  get peerConnection(): RTCPeerConnection | null {
    return this.bound?.peerConnection ?? null;
  }

  /** Calls a member; resolves when the server has taken the invitation. */
  async call(target: CallTarget, options?: CallOptions | null): Promise<CallInfo> {
    return this.#need.call(target, options);
  }
  /** Resolves when the call is active. */
  async accept(options?: CallOptions | null): Promise<void> {
    return this.#need.accept(options);
  }
  /** Declines the call that rings; harmless when none does. */
  reject(): void {
    this.bound?.reject();
  }
  /** Cancels while ringing out, rejects while ringing in; harmless when nothing runs. */
  hangup(): void {
    this.bound?.hangup();
  }
  /** Stops the tone of this call only. */
  silence(): void {
    this.bound?.silence();
  }
  /** Resolves with the new state (true = on). */
  async toggleMicrophone(force?: boolean): Promise<boolean> {
    return this.#need.toggleMicrophone(force);
  }
  /** Resolves with the new state (true = on); rejects with the code of what keeps the camera from being opened. */
  async toggleCamera(force?: boolean): Promise<boolean> {
    return this.#need.toggleCamera(force);
  }
  /** From a click or key. Resolves with the new state (true = shared; false also where nothing was picked). */
  async toggleScreenShare(force?: boolean): Promise<boolean> {
    return this.#need.toggleScreenShare(force);
  }
  /** Another camera, microphone or loudspeaker, now and for what follows; remembered in this browser. What is muted or off stays so. */
  async setDevice(kind: MediaDeviceKind, deviceId: string): Promise<void> {
    if (kind === 'audiooutput' && this.face) await this.#remote((video) => video.setSinkId(deviceId), 'device-not-found');
    return this.#need.setDevice(kind, deviceId);
  }
  /** The browser's own statistics of the connection; null where there is none. */
  async getStats(): Promise<RTCStatsReport | null> {
    return this.#need.getStats();
  }
  /** Looks for a new path through the network; the call goes on, between Firefox and another browser `reconnecting` for a moment. Resolves when that has begun. */
  async restartIce(): Promise<void> {
    return this.#need.restartIce();
  }
  /** After `rtc-playback-blocked`, from a click or tap. */
  async resumePlayback(): Promise<void> {
    return this.#need.resumePlayback();
  }
  /** What the person says of the emoji after comparing them with the other: `true` is remembered in this browser, `false` forgets. Rejects with `unavailable` where there are none. */
  async verify(matches: boolean): Promise<void> {
    return this.#need.verify(matches);
  }
  /** The other's picture in a window of its own. Rejects with `unavailable` where the browser cannot, or there is no picture. */
  requestPictureInPicture(): Promise<PictureInPictureWindow> {
    return this.#remote((video) => video.requestPictureInPicture());
  }
  /** Rejects with `unavailable` where the browser cannot. */
  override requestFullscreen(options?: FullscreenOptions): Promise<void> {
    return this.#remote(() => super.requestFullscreen(options));
  }
  /** Add-on. */
  screenshot(_options?: unknown): Promise<Blob> {
    return missing();
  }
  /** Add-on. */
  startRecording(_options?: unknown): Promise<void> {
    return missing();
  }
  /** Add-on. */
  stopRecording(): Promise<Blob> {
    return missing();
  }
  /** Add-on. */
  sendMessage(_text: string): Promise<void> {
    return missing();
  }
  /** Add-on. */
  sendFile(_file: File): Promise<void> {
    return missing();
  }

  get #need(): RtcSession {
    if (!this.bound) throw new RtcError('not-joined');
    return this.bound;
  }

  /** Something the browser does with the other's picture, or cannot. */
  async #remote<T>(run: (video: HTMLVideoElement) => Promise<T>, code: 'unavailable' | 'device-not-found' = 'unavailable'): Promise<T> {
    try {
      return await run(this.renderRoot.querySelector<HTMLVideoElement>('.remote')!);
    } catch (error) {
      throw toRtcError(error, code);
    }
  }

  protected override follow(session: RtcSession, signal: AbortSignal): void {
    super.follow(session, signal);
    // One in a window of its own says nothing to the page.
    if (this.ownerDocument === document) EventRouter.of(session).add(this, signal);
    session.on('rtc-devices', ({ detail }) => (this.#devices = detail.devices), { signal });
    session.devices().then((devices) => (this.#devices = devices), () => {});
  }

  /** Hands what the page set to the session; to a new one only what differs from the defaults, since the page may have configured it itself. */
  protected override willUpdate(changed: PropertyValues): void {
    super.willUpdate(changed);
    for (const [name, value] of Object.entries(INITIAL)) if (Number.isNaN(Reflect.get(this, name) ?? NaN)) Reflect.set(this, name, value);
    const { bound } = this;
    const fresh = bound !== this.#configured;
    this.#configured = bound;
    if (!bound) return;
    const changes = OPTIONS.filter((name) => (fresh ? this[name] !== DEFAULTS[name] : changed.has(name))).map((name) => [name, this[name]]);
    if (changes.length) bound.configure(Object.fromEntries(changes) as SessionOptions);
    if (fresh || ['idle', 'incoming', 'ended'].includes(this.state)) return;
    const { microphone, camera } = this.snapshot;
    const apply = (off: boolean, { state }: DeviceState, toggle: (force: boolean) => Promise<boolean>) => {
      if (state !== 'unused' && off === (state === 'on' || state === 'starting')) toggle(!off).catch(() => {});
    };
    if (changed.has('micOff')) apply(this.micOff, microphone, (on) => bound.toggleMicrophone(on));
    if (changed.has('cameraOff')) apply(this.cameraOff, camera, (on) => bound.toggleCamera(on));
  }
}
