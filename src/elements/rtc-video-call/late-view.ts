import { html, type CSSResult, type TemplateResult } from 'lit';
import { importAgain } from '../../base/import-again.js';
import type { SessionSnapshot } from '../../session/public.js';
import { say } from '../view-strings.js';
import { BesidePicture, besideStyles } from './beside-view.js';
import { AskingDevices } from './asking-devices.js';
import type { CallApi } from './call-api.js';
import { CallAttendant } from './call-attendant.js';
import type { CallScene, LateView } from './call-scene.js';
import { CallWindow, callWindowStyles, sheetsFor } from './call-window.js';
import { lateStyles } from './late.styles.js';
import { duration } from './duration-view.js';
import { missedBanner, missedStyles } from './missed-view.js';
import { noticeBanner, noticeStyles } from './notice-view.js';
import { OwnPicture, ownPictureStyles } from './own-picture.js';
import { countdown, countdownSaid, pausedWords, qualityBadge, qualityStyles } from './quality-view.js';
import { EndReader } from './read-end.js';
import { RestingControls, restingStyles } from './resting-controls.js';
import { SettingsPanel } from './settings-panel.js';
import { sharingBanner } from './sharing-view.js';
import { mutedBadge, mutedSaid, SoundHints } from './sound-hints.js';
import { stageStrings } from './stage-strings.js';
import { changedBanner, verificationBadge, verificationStyles } from './verification-view.js';

// The lazy part of the call view: of a call that runs, of one that is accepted by itself, of those that were missed; and what reaches beyond the view.

const STYLES = [noticeStyles, lateStyles, qualityStyles, verificationStyles, restingStyles, missedStyles, ownPictureStyles, besideStyles, callWindowStyles];

/** Of one call view, as long as it lives: its sheets, what is drawn over its pictures, and what is outside of it (title, notification, keys of the computer, screen). */
class CallLateView implements LateView {
  readonly #view: CallApi;
  readonly #own: OwnPicture;
  readonly #beside: BesidePicture;
  readonly #window: CallWindow;
  readonly #hints: SoundHints;
  readonly #asking: AskingDevices;
  readonly #attendant: CallAttendant;
  readonly #controls: RestingControls;
  readonly #reader: EndReader;
  readonly settings: SettingsPanel;
  readonly badge = mutedBadge;
  #details: typeof import('./details-view.js') | undefined;
  #isDrawn = false;

  constructor(view: CallApi) {
    this.#view = view;
    this.#adopt(STYLES);
    this.#own = new OwnPicture(view);
    this.#beside = new BesidePicture(view);
    this.#window = new CallWindow(view);
    this.#hints = new SoundHints(view);
    this.#asking = new AskingDevices(view);
    this.#attendant = new CallAttendant(view);
    this.settings = new SettingsPanel(view);
    this.#controls = new RestingControls(view);
    this.#reader = new EndReader(view);
  }

  drawn(): void {
    this.#isDrawn = true;
    this.#controls.update();
    this.#reader.update();
  }

  press(event: KeyboardEvent): void {
    this.#attendant.press(event);
  }

  reconnecting(cause: NonNullable<SessionSnapshot['reconnectCause']>): string {
    const { words, snapshot: { currentCall } } = this.#view;
    return say(words, `reconnect-${cause}`, currentCall?.peer.nickname ?? '', stageStrings);
  }

  /** What matters most, first. */
  banner(scene: CallScene): TemplateResult | null {
    const paused = pausedWords(scene);
    return noticeBanner(scene) ?? changedBanner(scene) ?? this.#asking.banner(scene) ?? this.#hints.banner(scene) ?? (paused ? html`<p>${paused}</p>` : sharingBanner(scene) ?? missedBanner(scene));
  }

  beneath(scene: CallScene): unknown {
    return scene.snapshot.callState === 'ended' ? duration(scene) : countdown(scene);
  }

  qualityBadge(scene: CallScene): unknown {
    return qualityBadge(scene, () => void this.#openDetails());
  }

  corner(scene: CallScene): unknown {
    return [
      verificationBadge(scene), this.#beside.render(scene), this.#window.isOpen ? this.#window.render(scene) : this.#own.render(scene), this.#details?.detailsPanel(scene), mutedSaid(scene),
      // Beside the alert of the call itself, which would be read out anew with it; and not before the region is there.
      html`<p class="unseen" role="alert">${this.#isDrawn ? countdownSaid(scene) : ''}</p>`,
    ];
  }

  openWindow(): Promise<void> | null {
    return this.#window.open();
  }

  /** Nobody is told where its code cannot be had: the words beside the badge stay. */
  async #openDetails(): Promise<void> {
    if (!this.#details) {
      const details = await importAgain(() => import('./details-view.js')).catch(() => undefined);
      if (!details) return;
      if (!this.#details) this.#adopt([details.detailsStyles]);
      this.#details = details;
    }
    await this.#details.openDetails(this.#view);
  }

  #adopt(styles: readonly CSSResult[]): void {
    (this.#view.renderRoot as ShadowRoot).adoptedStyleSheets?.push(...sheetsFor(this.#view, styles));
  }
}

export const attend = (view: CallApi): LateView => new CallLateView(view);
