import { html, nothing, type TemplateResult } from 'lit';
import { importAgain } from '../../base/import-again.js';
import { sendsPicture, type CallDirection, type CallState } from '../../session/public.js';
import { EventRouter } from '../event-router.js';
import type { Face } from '../session-element.js';
import { say } from '../view-strings.js';
import { viewStyles } from '../view.styles.js';
import type { CallApi } from './call-api.js';
import { BARS, buttonOf, callBar } from './call-bar.js';
import type { CallScene, LateView } from './call-scene.js';
import { ASKING_MS, callSeconds } from './call-time.js';
import { announcements, callFace, corner } from './call-words.js';
import { callStyles } from './call.styles.js';
import { startRingTone } from './ring-tone.js';

/** How long a card that has just appeared ignores Enter and Space, which were meant for something else. */
const DEAF_MS = 500;
const COUNTDOWN_STEP_MS = 100;

/** What the call view shows of a joined room. */
export class CallFace implements Face {
  readonly styles = [viewStyles, callStyles];
  readonly #view: CallApi;
  #state: CallState | undefined;
  #focused: Element | null = null;
  /** The call in which the other's sound was on: only then is its silence a muted microphone. */
  #heard: string | undefined;
  #refused: MediaStream | null = null;
  #second: ReturnType<typeof setTimeout> | undefined;
  #awaitsPicture = false;
  #tone: string | null = null;
  #stopTone: (() => void) | undefined;
  #deafUntil = 0;
  #swallows = false;
  #late: LateView | null = null;
  #loading: Promise<void> | undefined;

  constructor(view: CallApi) {
    this.#view = view;
    view.addEventListener('fullscreenchange', this.#redraw);
  }

  hostConnected(): void {
    document.addEventListener('keydown', this.#onAnyKey);
  }

  hostUpdate(): void {
    const { snapshot, shadowRoot } = this.#view;
    this.#focused = shadowRoot?.activeElement ?? null;
    if (snapshot.remoteMedia.audio) this.#heard = snapshot.currentCall?.callId;
  }

  render(): TemplateResult {
    const view = this.#view;
    const { bound: session, snapshot, state, audioOnly } = view;
    const { remoteMedia, currentCall, camera } = snapshot;
    const nickname = currentCall?.peer.nickname ?? '';
    const connected = state === 'active' || state === 'reconnecting';
    const { videoWidth = 0, videoHeight = 0 } = this.#video('remote') ?? {};
    const scene: CallScene | null = session && {
      snapshot, session, view, connected, late: this.#late, toggleSettings: () => this.#ready().then(() => this.#late?.settings.toggle()),
      picture: !audioOnly && sendsPicture(snapshot.remoteMedia) && videoWidth > 0,
      muted: connected && !remoteMedia.audio && this.#heard === currentCall?.callId,
      say: (key) => say(view.words, key, nickname),
    };
    const drawn = !view.bare && !(state === 'incoming' && snapshot.cardPrevented) && scene;
    const inCall = connected || state === 'connecting';
    const rings = state === 'incoming' || state === 'outgoing';
    const shown = inCall ? 'controls' : state;
    const mirrored = !view.noMirror && session?.options.facingMode !== 'environment';
    return html`<div part="stage" class="stage ${drawn || view.bare ? state : 'idle'} ${scene?.picture ? 'picture' : ''}" tabindex="-1">
      <div class="pictures">
        <video part="remote-video" class="remote" autoplay playsinline aria-label=${say(view.words, 'remote-video', nickname)} .style=${
          // Of a screen nothing is cut off.
          `--_ratio:${videoWidth / videoHeight};${remoteMedia.screen ? 'object-fit:contain' : ''}`} .muted=${
          view.muted || !this.#isLead} .volume=${Math.min(1, Math.max(0, view.volume)) || 0} @resize=${this.#redraw} @pause=${this.#redraw}></video>
        <video part="local-video" class="local ${mirrored ? 'mirrored' : ''}" autoplay playsinline muted .muted=${true}
          ?hidden=${camera.state !== 'on'} aria-label=${say(view.words, 'local-video', '')} @pause=${this.#redraw}></video>
        ${drawn ? html`<div class="overlay">
          ${announcements(drawn)} <div part="banner" class="banner" role="status">${this.#late?.banner(drawn)}</div> ${view.querySelector(`:scope > [slot='${state}']`) ? nothing : callFace(drawn)}
          ${snapshot.playbackBlocked ? buttonOf({ word: 'start', look: 'primary', press: () => view.resumePlayback() }, drawn) : nothing}
          <slot name="captions"></slot>
        </div>
        ${corner(drawn)}` : nothing}
      </div>
      <slot name="panel"></slot>
      ${drawn && !(inCall && view.controlsHidden) ? html`<div class="keys" @keydown=${this.#onKey} @keyup=${this.#onKey}>${
        // Each in a place of its own: a button is never reused for another, which whoever has just pressed one would press too. That of the call is made
        // while it rings: at accept, camera and connection need this thread.
        BARS.map((bar) => (bar === shown || (bar === 'controls' && rings && !view.controlsHidden) ? callBar(drawn, bar, bar !== shown) : nothing))}</div>${this.#late?.settings.render(drawn)}` : nothing}
    </div>`;
  }

  hostUpdated(): void {
    const view = this.#view;
    const { snapshot, state, renderRoot } = view;
    if (state !== this.#state && (state === 'incoming' || state === 'ended')) this.#deafUntil = performance.now() + DEAF_MS;
    this.#state = state;
    this.#play('remote', view.remoteStream);
    this.#play('local', view.localStream);
    this.#late?.drawn();
    // For a call that runs, once the first picture has had this thread for itself.
    if (state === 'ended' || callSeconds(snapshot) >= 1 || snapshot.autoAcceptAt || snapshot.silenced || snapshot.notice || snapshot.missedCalls[0] || (state === 'incoming' && document.hidden)) void this.#ready();
    const rings = state === 'incoming' ? !snapshot.silenced : state === 'outgoing' && snapshot.currentCall?.ringing;
    this.#ring(rings && this.#isLead && view.ringtone !== 'none' ? view.direction : null);
    clearTimeout(this.#second);
    // That it is being asked for is said by what is fetched then.
    if ([snapshot.camera.state, snapshot.microphone.state].includes('starting')) this.#second = setTimeout(() => void this.#ready(), ASKING_MS);
    // Once a second, at the full second of the call.
    if (snapshot.currentCall?.connectedAt && state !== 'ended')
      this.#second = setTimeout(this.#redraw, 1000 - ((callSeconds(snapshot) * 1000) % 1000));
    if (snapshot.autoAcceptAt) this.#second = setTimeout(this.#redraw, COUNTDOWN_STEP_MS);
    // Whoever pressed a button that is gone goes on at the next one; but no incoming card is ever answered by a key meant for something else.
    if (this.#focused && !view.shadowRoot?.activeElement)
      (renderRoot.querySelector<HTMLElement>(state === 'incoming' ? '.stage' : '.bar button') ?? renderRoot.querySelector<HTMLElement>('.stage'))?.focus();
  }

  hostDisconnected(): void {
    document.removeEventListener('keydown', this.#onAnyKey);
    clearTimeout(this.#second);
    this.#ring(null);
  }

  /** Of several views of one session one rings and plays the sound. */
  get #isLead(): boolean {
    const { bound } = this.#view;
    return bound !== null && EventRouter.of(bound).isLead(this.#view);
  }

  #video(name: 'remote' | 'local'): HTMLVideoElement | null {
    return this.#view.renderRoot.querySelector(`.${name}`);
  }

  /** Streams are set by hand: a template sets an object anew at every drawing, which reloads the video. Also plays on after a move, which pauses. */
  #play(name: 'remote' | 'local', stream: MediaStream | null): void {
    const video = this.#video(name)!;
    // An element waits for the first picture before it plays any sound, and in Chromium it goes on waiting when the track that would have brought the picture is
    // taken away (the other's camera was announced and failed): it has to begin anew.
    const pictured = Boolean(stream?.getVideoTracks().length);
    const starved = name === 'remote' && this.#awaitsPicture && !pictured && video.readyState === HTMLMediaElement.HAVE_NOTHING;
    if (name === 'remote') this.#awaitsPicture = pictured;
    if (video.srcObject !== stream || starved) video.srcObject = stream;
    // The own picture is mute on any.
    const { speaker } = this.#view.snapshot;
    if (video.sinkId !== speaker) video.setSinkId?.(speaker).catch(() => {});
    if (!stream || !video.paused || stream === this.#refused) return;
    video.play().catch((error: DOMException) => {
      if (error.name !== 'NotAllowedError' || name === 'local') return;
      this.#refused = stream;
      this.#view.bound?.reportPlaybackBlocked(() => video.play().then(() => void (this.#refused = null)));
    });
  }

  #ring(direction: CallDirection | null): void {
    const { ringtone, ringtoneDevice } = this.#view;
    const tone = direction && direction + ringtone;
    if (tone === this.#tone) return;
    this.#tone = tone;
    this.#stopTone?.();
    this.#stopTone = direction ? startRingTone(direction, ringtone, ringtoneDevice) : undefined;
  }

  #ready(): Promise<void> {
    return (this.#loading ??= this.#loadLate());
  }

  /** Words that may be missing: a call goes on without them. */
  async #loadLate(): Promise<void> {
    const late = await importAgain(() => import('./late-view.js')).catch(() => null);
    // The next change of the session tries again.
    if (!late) return void (this.#loading = undefined);
    this.#late = late.attend(this.#view);
    this.#redraw();
  }

  readonly #redraw = (): void => this.#view.requestUpdate();

  /** Wherever the focus is: the code of the shortcuts comes with the first key. */
  readonly #onAnyKey = (event: KeyboardEvent): void => {
    if (this.#view.state !== 'idle') void this.#ready().then(() => this.#late?.press(event));
  };

  readonly #onKey = (event: KeyboardEvent): void => {
    if (event.key !== 'Enter' && event.key !== ' ') return;
    // A key that is held down never counts. The release is swallowed too: a button fires at the release of Space, wherever the press was.
    if (event.type === 'keydown') this.#swallows = event.repeat || event.timeStamp < this.#deafUntil;
    if (this.#swallows) event.preventDefault();
  };
}
