import { html, type TemplateResult } from 'lit';
import { importAgain } from '../../base/import-again.js';
import { BesidePicture, besideStyles } from './beside-view.js';
import type { CallApi } from './call-api.js';
import { attendPage, press } from './call-attendant.js';
import type { CallScene, LateView } from './call-scene.js';
import { CallWindow, callWindowStyles, sheetsFor } from './call-window.js';
import { lateStyles } from './late.styles.js';
import { missedBanner, missedStyles } from './missed-view.js';
import { OwnPicture, ownPictureStyles } from './own-picture.js';
import { countdown, countdownSaid, pausedWords, qualityBadge, qualityStyles } from './quality-view.js';
import { holdWhileRead } from './read-end.js';
import { letControlsRest, restingStyles } from './resting-controls.js';
import { settingsOf } from './settings-panel.js';
import { sharingBanner } from './sharing-view.js';
import { SoundHints } from './sound-hints.js';
import { changedBanner, verificationBadge, verificationStyles } from './verification-view.js';

// The lazy part of the call view: of a call that runs, of one that is accepted by itself, of those that were missed; and what reaches beyond the view.

const STYLES = [lateStyles, qualityStyles, verificationStyles, restingStyles, missedStyles, ownPictureStyles, besideStyles, callWindowStyles];
const attending = new WeakMap<CallApi, { readonly own: OwnPicture; readonly beside: BesidePicture; readonly window: CallWindow; readonly hints: SoundHints }>();

function attend(view: CallApi): void {
  (view.renderRoot as ShadowRoot).adoptedStyleSheets?.push(...sheetsFor(view, STYLES));
  attending.set(view, { own: new OwnPicture(view), beside: new BesidePicture(view), window: new CallWindow(view), hints: new SoundHints(view) });
  attendPage(view);
}

/** What matters most, first. */
function banner(scene: CallScene): TemplateResult | null {
  const paused = pausedWords(scene);
  return changedBanner(scene) ?? attending.get(scene.view)?.hints.banner(scene) ?? (paused ? html`<p>${paused}</p>` : sharingBanner(scene) ?? missedBanner(scene));
}

function drawn(view: CallApi): void {
  letControlsRest(view);
  holdWhileRead(view);
}

let details: typeof import('./details-view.js') | undefined;
const furnished = new WeakSet<CallApi>();

/** Nobody is told where its code cannot be had: the words beside the badge stay. */
async function openDetails(view: CallApi): Promise<void> {
  details ??= await importAgain(() => import('./details-view.js')).catch(() => undefined);
  if (!details) return;
  if (!furnished.has(view)) (view.renderRoot as ShadowRoot).adoptedStyleSheets?.push(...sheetsFor(view, [details.detailsStyles]));
  furnished.add(view);
  await details.openDetails(view);
}

function corner(scene: CallScene): unknown {
  const { own, beside, window } = attending.get(scene.view) ?? {};
  return [verificationBadge(scene), beside?.render(scene), window?.isOpen ? window.render(scene) : own?.render(scene), details?.detailsPanel(scene)];
}

export const lateView: LateView = {
  attend, press, drawn, corner, countdown, countdownSaid, banner, settings: settingsOf,
  openWindow: (view) => attending.get(view)?.window.open() ?? null,
  qualityBadge: (scene) => qualityBadge(scene, () => void openDetails(scene.view)),
};
