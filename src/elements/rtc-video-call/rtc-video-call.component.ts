import { html, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { property, query } from 'lit/decorators.js';
import { toRtcError } from '../../base/rtc-error.js';
import type { CallState, DeviceState, RtcSession, SessionOptions } from '../../session/public.js';
import { format, type RtcStrings } from '../strings.js';
import { themeStyles } from '../theme.styles.js';
import { CallApi } from './call-api.js';
import { endedCard, incomingCard, noticeBanner, outgoingCard } from './call-cards.js';
import { callControls } from './call-controls.js';
import { announcements, callFace } from './call-face.js';
import type { CallScene } from './call-scene.js';
import { CallTimer } from './call-timer.js';
import { ControlsList } from './controls-list.js';
import { KeyGuard } from './key-guard.js';
import { Ringer } from './ringer.js';
import { callStyles } from './rtc-video-call.styles.js';

const READ_ONLY = ['state', 'direction'] as const;
/** Setting one of these counts each time: the device may have been switched by hand since. */
const always = { hasChanged: () => true };

/** What the page may set here and the session decides by. */
const DEFAULTS = { micOff: false, cameraOff: false, audioOnly: false, autoAccept: false, endedTimeout: 8, priority: 'audio' } as const;
const OPTIONS = Object.keys(DEFAULTS) as (keyof typeof DEFAULTS)[];

/**
 * One call at a time: rings, connects, shows both pictures, says how it ended. Draws the session of the room it stands in, or of `for` / `session`.
 *
 * @slot remote-placeholder - Shown where the other sends no picture (default: avatar or initials).
 * @slot incoming - Replaces the card of an incoming call.
 * @slot outgoing - Replaces what is shown while ringing out.
 * @slot ended - Replaces how the end of a call is shown.
 * @slot controls-start - Before the buttons of the control bar.
 * @slot controls-end - After them.
 * @slot panel - Beside the pictures, for add-ons.
 * @slot captions - Over the lower edge of the picture.
 * @csspart stage - Everything.
 * @csspart remote-video - The other's picture.
 * @csspart local-video - The own picture.
 * @csspart placeholder - Avatar or initials.
 * @csspart peer-name - The other's nickname.
 * @csspart status - The state in words.
 * @csspart timer - The running time.
 * @csspart banner - A device or network problem.
 * @csspart controls - The bar of buttons during a call.
 * @csspart button - Every button.
 * @csspart incoming - The card of an incoming call.
 * @csspart outgoing - The buttons while ringing out.
 * @csspart ended - The buttons after a call.
 * @csspart start-button - Shown where the browser refused to play.
 */
export class RtcVideoCall extends CallApi {
  static override styles = [themeStyles, callStyles];

  static override get observedAttributes(): string[] {
    return [...super.observedAttributes, ...READ_ONLY, 'controlslist'];
  }

  /** No bar of buttons during a call. */
  @property({ type: Boolean, reflect: true, attribute: 'controls-hidden' }) controlsHidden = false;
  /** The two pictures and nothing else: the page draws the rest. */
  @property({ type: Boolean, reflect: true }) bare = false;
  /** Own microphone off: now, and when calls start. */
  @property({ type: Boolean, attribute: 'mic-off', ...always }) micOff = false;
  /** Own camera off: now, and when calls start. */
  @property({ type: Boolean, attribute: 'camera-off', ...always }) cameraOff = false;
  /** The other's sound, as on `<video>`. */
  @property({ type: Boolean }) muted = false;
  /** The other's sound, 0 to 1, as on `<video>`. */
  @property({ type: Number }) volume = 1;
  /** Sends and takes no video. */
  @property({ type: Boolean, reflect: true, attribute: 'audio-only' }) audioOnly = false;
  /** Shows the own picture as others see it. */
  @property({ type: Boolean, reflect: true, attribute: 'no-mirror' }) noMirror = false;
  /** Address of a sound for incoming calls, or `none`. */
  @property() ringtone = '';
  /** Takes every call by itself. */
  @property({ type: Boolean, attribute: 'auto-accept' }) autoAccept = false;
  /** Seconds the end of a call stays on show; 0 = until dismissed. */
  @property({ type: Number, attribute: 'ended-timeout' }) endedTimeout = 8;
  /** What yields last on a poor network. */
  @property() priority: 'audio' | 'video' = 'audio';

  @query('.remote') private readonly remoteVideo!: HTMLVideoElement;
  @query('.local') private readonly localVideo!: HTMLVideoElement;
  @query('.stage') private readonly stage!: HTMLElement;

  readonly #controlsList = new ControlsList(this);
  readonly #ringer = new Ringer();
  readonly #keys = new KeyGuard();
  #drawnState: CallState | undefined;
  #focused: Element | null = null;
  #configured: RtcSession | null = null;
  #listening = new AbortController();
  #refused: MediaStream | null = null;
  #devices: readonly MediaDeviceInfo[] = [];

  constructor() {
    super();
    new CallTimer(this, () => this.snapshot);
    this.addEventListener('fullscreenchange', this.redraw);
  }

  /** What to hide, as a token list; assigning a string replaces it. */
  get controlsList(): ControlsList {
    return this.#controlsList;
  }
  set controlsList(value: ControlsList | string) {
    this.#controlsList.value = String(value);
  }
  /** Cameras, microphones and loudspeakers; named only once a permission is granted. */
  get devices(): readonly MediaDeviceInfo[] {
    return this.#devices;
  }
  /** @internal */
  get words(): RtcStrings {
    return this.consumer.strings;
  }
  /** @internal The other's picture has arrived and is meant to be seen. */
  get showsPicture(): boolean {
    const { remoteMedia } = this.snapshot ?? {};
    return !this.audioOnly && !!(remoteMedia?.video || remoteMedia?.screen) && !!this.remoteVideo?.videoWidth;
  }

  /** A loudspeaker (`audiooutput`) is this view's own affair. */
  async setDevice(kind: MediaDeviceKind, deviceId: string): Promise<void> {
    if (kind !== 'audiooutput') return this.need().setDevice(kind, deviceId);
    try {
      await this.remoteVideo.setSinkId(deviceId);
    } catch (error) {
      throw toRtcError(error, 'device-not-found');
    }
  }
  /** The other's picture in a window of its own. Rejects with `unavailable` where the browser cannot, or there is no picture. */
  async requestPictureInPicture(): Promise<PictureInPictureWindow> {
    try {
      return await this.remoteVideo.requestPictureInPicture();
    } catch (error) {
      throw toRtcError(error, 'unavailable');
    }
  }
  /** Rejects with `unavailable` where the browser cannot. */
  override async requestFullscreen(options?: FullscreenOptions): Promise<void> {
    try {
      await super.requestFullscreen(options);
    } catch (error) {
      throw toRtcError(error, 'unavailable');
    }
  }

  /** @internal */
  readonly redraw = (): void => this.requestUpdate();

  protected override willUpdate(changed: PropertyValues): void {
    this.#configure(changed);
    this.#focused = this.shadowRoot?.activeElement ?? null;
  }

  protected override render(): TemplateResult {
    const snapshot = this.snapshot;
    const { session, strings } = this.consumer;
    const { bare, state, audioOnly } = this;
    const nickname = snapshot?.currentCall?.peer.nickname ?? '';
    const scene: CallScene | null = snapshot && session && {
      snapshot, session, view: this,
      say: (key) => format(strings[key], { nickname }),
      start: (action) => void action.catch(() => {}),
    };
    const vetoed = state === 'incoming' && snapshot?.cardPrevented;
    const ownPicture = snapshot?.camera.state === 'on' && !audioOnly;
    const mirrored = !this.noMirror && session?.options.facingMode !== 'environment';
    return html`<div part="stage" class="stage ${vetoed ? 'idle' : state} ${this.showsPicture ? 'picture' : ''}" tabindex="-1">
      <div class="pictures">
        <video part="remote-video" class="remote" autoplay playsinline aria-label=${format(strings['remote-video'], { nickname })}
          .muted=${this.muted} .volume=${Math.min(1, Math.max(0, this.volume)) || 0} @resize=${this.redraw} @pause=${this.redraw}></video>
        <video part="local-video" class="local ${mirrored ? 'mirrored' : ''}" autoplay playsinline muted .muted=${true} ?hidden=${!ownPicture}
          aria-label=${strings['local-video']} @pause=${this.redraw}></video>
        ${bare || vetoed ? nothing : html`<div class="overlay">
          ${scene ? this.#overlay(scene) : html`<div class="face"><span part="status">${strings.idle}</span></div>`}
        </div>`}
      </div>
      <slot name="panel"></slot>
      ${bare || vetoed || !scene ? nothing : this.#bar(scene)}
    </div>`;
  }

  #overlay(scene: CallScene): TemplateResult {
    const { snapshot, session, say, start } = scene;
    return html`${announcements(scene)} ${noticeBanner(scene)}
      ${this.querySelector(`:scope > [slot='${this.state}']`) ? nothing : callFace(scene)}
      ${snapshot.playbackBlocked ? html`<button type="button" part="button start-button" class="primary"
        @click=${() => start(session.resumePlayback())}>${say('start')}</button>` : nothing}
      <slot name="captions"></slot>`;
  }

  #bar(scene: CallScene): TemplateResult | typeof nothing {
    const { state } = this;
    if (state === 'idle') return nothing;
    const inCall = state === 'connecting' || state === 'active' || state === 'reconnecting';
    if (inCall && this.controlsHidden) return nothing;
    return html`<div class="keys" @keydown=${this.#keys.onKey} @keyup=${this.#keys.onKey}>${
      inCall ? callControls(scene) : state === 'incoming' ? incomingCard(scene) : state === 'outgoing' ? outgoingCard(scene) : endedCard(scene)}</div>`;
  }

  protected override updated(): void {
    const { state } = this;
    if (state !== this.#drawnState && (state === 'incoming' || state === 'ended')) this.#keys.restart();
    this.#drawnState = state;
    this.#reflect();
    this.#play(this.remoteVideo, this.remoteStream);
    this.#play(this.localVideo, this.localStream);
    this.#ringer.update(this.consumer.isLead ? this.snapshot : null, this.ringtone);
    // Whoever pressed a button that is gone goes on at the next one; but no incoming card is ever answered by a key meant for something else.
    if (this.#focused && !this.shadowRoot?.activeElement)
      ((state === 'incoming' ? null : this.renderRoot.querySelector<HTMLElement>('.bar button')) ?? this.stage).focus();
  }

  /** Streams are set by hand: a template sets an object anew at every drawing, which reloads the video. Also plays on after a move, which pauses. */
  #play(video: HTMLVideoElement, stream: MediaStream | null): void {
    if (video.srcObject !== stream) video.srcObject = stream;
    if (!stream || !video.paused || stream === this.#refused) return;
    video.play().catch((error: DOMException) => {
      if (error.name !== 'NotAllowedError' || video !== this.remoteVideo) return;
      this.#refused = stream;
      this.consumer.session?.reportPlaybackBlocked(() => video.play().then(() => void (this.#refused = null)));
    });
  }

  /** Hands what the page set to the session; to a new one only what differs from the defaults, since the page may have configured it itself. */
  #configure(changed: PropertyValues): void {
    const { session } = this.consumer;
    const fresh = session !== this.#configured;
    if (fresh) this.#follow(session);
    if (!session) return;
    const changes = OPTIONS.filter((name) => (fresh ? this[name] !== DEFAULTS[name] : changed.has(name))).map((name) => [name, this[name]]);
    if (changes.length) session.configure(Object.fromEntries(changes) as SessionOptions);
    if (fresh || !['outgoing', 'connecting', 'active', 'reconnecting'].includes(this.state)) return;
    const { microphone, camera } = session.getSnapshot();
    const apply = (off: boolean, { state }: DeviceState, toggle: () => Promise<boolean>) => {
      if (state !== 'unused' && off === (state === 'on' || state === 'starting')) toggle().catch(() => {});
    };
    if (changed.has('micOff')) apply(this.micOff, microphone, () => session.toggleMicrophone(!this.micOff));
    if (changed.has('cameraOff')) apply(this.cameraOff, camera, () => session.toggleCamera(!this.cameraOff));
  }

  #follow(session: RtcSession | null): void {
    this.#configured = session;
    this.#listening.abort();
    if (!session) return;
    this.#listening = new AbortController();
    this.#ringer.prefetch();
    session.on('rtc-devices', ({ detail }) => (this.#devices = detail.devices), this.#listening);
    session.devices().then((devices) => (this.#devices = devices), () => {});
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.redraw();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#follow(null);
    this.#ringer.update(null, '');
  }

  override attributeChangedCallback(name: string, old: string | null, value: string | null): void {
    super.attributeChangedCallback(name, old, value);
    if (name === 'controlslist') this.redraw();
    else if ((READ_ONLY as readonly string[]).includes(name)) this.#reflect();
  }

  #reflect(): void {
    if (this.#drawnState) for (const name of READ_ONLY) this.reflect(name, this[name]);
  }
}
