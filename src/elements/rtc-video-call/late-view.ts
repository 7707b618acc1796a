import { html, type TemplateResult } from 'lit';
import type { CallScene, LateView } from './call-scene.js';
import { pausedWords, qualityBadge, qualitySheet } from './quality-view.js';
import { changedBanner, verificationBadge, verificationSheet } from './verification-view.js';

// The lazy part of the call view, of a call that runs.

function banner(scene: CallScene): TemplateResult | null {
  const paused = pausedWords(scene);
  return changedBanner(scene) ?? (paused ? html`<p>${paused}</p>` : null);
}

export const lateView: LateView = { sheets: [qualitySheet, verificationSheet], qualityBadge, verificationBadge, banner };
