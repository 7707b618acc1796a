import { html, type TemplateResult } from 'lit';
import type { CallScene, LateView } from './call-scene.js';
import { countdown, countdownSaid, pausedWords, qualityBadge, qualitySheet } from './quality-view.js';
import { settingsOf } from './settings-panel.js';
import { changedBanner, verificationBadge, verificationSheet } from './verification-view.js';

// The lazy part of the call view: of a call that runs, and of one that is accepted by itself.

function banner(scene: CallScene): TemplateResult | null {
  const paused = pausedWords(scene);
  return changedBanner(scene) ?? (paused ? html`<p>${paused}</p>` : null);
}

export const lateView: LateView = { sheets: [qualitySheet, verificationSheet], qualityBadge, verificationBadge, countdown, countdownSaid, banner, settings: settingsOf };
