import { html, type TemplateResult } from 'lit';
import type { CallApi } from './call-api.js';
import type { CallScene, LateView } from './call-scene.js';
import { attend, press } from './call-attendant.js';
import { missedBanner, missedSheet } from './missed-view.js';
import { countdown, countdownSaid, pausedWords, qualityBadge, qualitySheet } from './quality-view.js';
import { lateSheet } from './late.styles.js';
import { holdWhileRead } from './read-end.js';
import { letControlsRest, restingSheet } from './resting-controls.js';
import { settingsOf } from './settings-panel.js';
import { changedBanner, verificationBadge, verificationSheet } from './verification-view.js';

// The lazy part of the call view: of a call that runs, of one that is accepted by itself, of those that were missed; and what reaches beyond the view.

function banner(scene: CallScene): TemplateResult | null {
  const paused = pausedWords(scene);
  return changedBanner(scene) ?? (paused ? html`<p>${paused}</p>` : missedBanner(scene));
}

function drawn(view: CallApi): void {
  letControlsRest(view);
  holdWhileRead(view);
}

export const lateView: LateView = {
  sheets: [lateSheet, qualitySheet, verificationSheet, restingSheet, missedSheet], qualityBadge, verificationBadge, countdown, countdownSaid, banner, attend, press, drawn, settings: settingsOf,
};
