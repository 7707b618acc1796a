import type { ReactiveController } from 'lit';
import { sendsPicture, type RtcSession } from '../../session/public.js';
import { EventRouter } from '../event-router.js';
import { say } from '../view-strings.js';
import { announceCall, type CallAnnouncement } from './announce-call.js';
import { awayWords } from './away-words.js';
import type { CallApi } from './call-api.js';
import { linkMediaSession } from './media-session.js';
import { labelShortcuts, pressShortcut, type ShortcutPart } from './shortcuts.js';
import { ScreenLock } from './screen-lock.js';

const DEVICES = { mic: 'microphone', camera: 'camera', screen: 'screen' } as const;

/** What a call does outside of its view: the title and a notification while nobody sees it, the computer's own keys, a screen that stays on. And its shortcuts. */
export class CallAttendant implements ReactiveController {
  readonly #view: CallApi;
  readonly #screenLock = new ScreenLock();
  #announced: { readonly callId: string; readonly announcement: CallAnnouncement } | null = null;
  #linked: { readonly session: RtcSession; readonly unlink: () => void } | null = null;
  /** A device that a shortcut has switched: how it stands is said when it is known. */
  #switched: keyof typeof DEVICES | null = null;
  #said: HTMLElement | undefined;

  constructor(view: CallApi) {
    this.#view = view;
    view.addController(this);
  }

  hostConnected(): void {
    document.addEventListener('visibilitychange', this.#update);
  }

  hostDisconnected(): void {
    document.removeEventListener('visibilitychange', this.#update);
    this.#leave();
  }

  hostUpdated(): void {
    this.#update();
    labelShortcuts(this.#view);
    this.#saySwitched();
    const { state, snapshot, bare, renderRoot } = this.#view;
    renderRoot.querySelector('.stage')?.classList.toggle('flashing', state === 'incoming' && snapshot.silenced && !snapshot.cardPrevented && !bare);
  }

  press(event: KeyboardEvent): void {
    const part = pressShortcut(this.#view, event, this.#isLead);
    // Of the button that has the focus it is said anyway.
    if (part !== null && isDevice(part) && !this.#view.shadowRoot?.activeElement?.matches(`[part~='${part}-button']`)) this.#switched = part;
  }

  get #isLead(): boolean {
    const { bound } = this.#view;
    return bound !== null && EventRouter.of(bound).isLead(this.#view);
  }

  readonly #update = (): void => {
    const { bound: session, snapshot, state, words } = this.#view;
    const { currentCall: call } = snapshot;
    if (!session || !call || !this.#isLead) return this.#leave();
    const connected = state === 'active' || state === 'reconnecting';
    const unseen = state === 'incoming' && !snapshot.cardPrevented && document.hidden;
    if (!unseen || this.#announced?.callId !== call.callId) this.#hush();
    if (unseen && !this.#announced) {
      const { callId, peer, media } = call;
      const announcement = announceCall(callId, say(words, 'incoming-call', peer.nickname), say(words, media.video ? 'incoming-video' : 'incoming-audio', ''));
      this.#announced = { callId, announcement };
    }
    if (!connected || this.#linked?.session !== session) this.#unlink();
    if (connected) this.#linked ??= { session, unlink: linkMediaSession(session) };
    this.#screenLock.want(connected && (snapshot.camera.state === 'on' || sendsPicture(snapshot.remoteMedia)));
  };

  #hush(): void {
    this.#announced?.announcement.end();
    this.#announced = null;
  }

  #unlink(): void {
    this.#linked?.unlink();
    this.#linked = null;
  }

  #leave(): void {
    this.#hush();
    this.#unlink();
    this.#screenLock.want(false);
  }

  /** A button's state is read out when it is pressed, not when a key elsewhere has pressed it. */
  #saySwitched(): void {
    const view = this.#view;
    const part = this.#switched;
    // Made before there is something to say, or it would not be read out.
    this.#said ??= view.renderRoot.appendChild(Object.assign(document.createElement('p'), { className: 'unseen', role: 'status' }));
    const device = part && view.snapshot[DEVICES[part]].state;
    if (!part || device === 'starting') return;
    this.#switched = null;
    this.#said.textContent = awayWords(view, device === 'on' ? 'switched-on' : 'switched-off', { control: say(view.words, DEVICES[part], '') });
  }
}

const isDevice = (part: ShortcutPart): part is keyof typeof DEVICES => part in DEVICES;
