import { html, nothing, type ReactiveController, type TemplateResult } from 'lit';
import { listenToOwnSound, type SoundHint } from '../../session/own-sound.js';
import type { RtcSession } from '../../session/public.js';
import { icon } from '../icons.js';
import { say } from '../view-strings.js';
import type { CallApi } from './call-api.js';
import type { CallScene } from './call-scene.js';
import { closeButton } from './close-button.js';
import { stageStrings, type StageStrings } from './stage-strings.js';

/** Behind the nickname of one whose microphone has been switched off in this call. */
export function mutedBadge({ snapshot: { currentCall }, view, muted }: CallScene): TemplateResult | typeof nothing {
  const label = say(view.words, 'muted', currentCall?.peer.nickname ?? '', stageStrings);
  return muted ? html`<span class="badge" role="img" aria-label=${label} title=${label}>${icon('mic', true)}</span>` : nothing;
}

/** The same for who does not see it, and would wonder about the silence. The region is there before it has something to say. */
export function mutedSaid({ snapshot: { currentCall }, view, muted }: CallScene): TemplateResult {
  return html`<p class="unseen" role="status">${muted ? say(view.words, 'muted', currentCall?.peer.nickname ?? '', stageStrings) : ''}</p>`;
}

/** Says what whoever speaks cannot know: that nobody hears it. Of one call view; only while it draws a call, and not with `controlslist="nohints"`, which listens to nothing. */
export class SoundHints implements ReactiveController {
  readonly #view: CallApi;
  #session: RtcSession | null = null;
  #stop: (() => void) | null = null;
  #hint: SoundHint | null = null;

  constructor(view: CallApi) {
    this.#view = view;
    view.addController(this);
  }

  hostUpdated(): void {
    const { bound, bare, state, controlsList, renderRoot } = this.#view;
    // One listener is enough: that of the window which the pictures are in.
    const isAway = renderRoot.querySelector('.pictures[data-away]') !== null;
    const session = !bare && !isAway && (state === 'active' || state === 'reconnecting') && !controlsList.contains('nohints') ? bound : null;
    if (session === this.#session) return;
    this.hostDisconnected();
    this.#session = session;
    this.#stop = session && listenToOwnSound(session, (hint) => {
      this.#hint = hint;
      this.#view.requestUpdate();
    });
  }

  hostDisconnected(): void {
    this.#stop?.();
    this.#session = this.#stop = this.#hint = null;
  }

  banner(scene: CallScene): TemplateResult | null {
    const hint = this.#hint;
    if (!hint || !scene.connected) return null;
    const { snapshot: { currentCall }, session, view } = scene;
    const words = (key: keyof StageStrings): string => say(view.words, key, currentCall?.peer.nickname ?? '', stageStrings);
    const switchOn = () => void session.toggleMicrophone(true).catch(() => {});
    const dismiss = () => {
      this.#hint = null;
      view.requestUpdate();
    };
    return html`<p>${words(hint)}</p>
      ${hint === 'speaking-muted' && !view.controlsList.contains('nomic') ? html`<button type="button" part="button" @click=${switchOn}>${words('switch-on')}</button>` : null}
      ${closeButton('hint', dismiss, scene)}`;
  }
}
