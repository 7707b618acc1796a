import { html, type TemplateResult } from 'lit';
import type { CallApi } from './call-api.js';
import type { CallScene, LateView } from './call-scene.js';
import { countdown, countdownSaid, pausedWords, qualityBadge, qualitySheet } from './quality-view.js';
import { lateSheet } from './late.styles.js';
import { holdWhileRead } from './read-end.js';
import { letControlsRest, restingSheet } from './resting-controls.js';
import { changedBanner, verificationBadge, verificationSheet } from './verification-view.js';

// The lazy part of the call view: of a call that runs, and of one that is accepted by itself.

function banner(scene: CallScene): TemplateResult | null {
  const paused = pausedWords(scene);
  return changedBanner(scene) ?? (paused ? html`<p>${paused}</p>` : null);
}

function drawn(view: CallApi): void {
  letControlsRest(view);
  holdWhileRead(view);
}

export const lateView: LateView = { sheets: [lateSheet, qualitySheet, verificationSheet, restingSheet], qualityBadge, verificationBadge, countdown, countdownSaid, banner, drawn };
