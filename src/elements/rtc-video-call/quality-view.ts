import { css, html, nothing, type TemplateResult } from 'lit';
import { holdsPictureBack } from '../../session/public.js';
import { localeOf } from '../locale.js';
import { say } from '../view-strings.js';
import type { CallScene } from './call-scene.js';
import { qualityStrings, type QualityStrings } from './quality-strings.js';

// How good the network is, why a picture is missing, and when a call is accepted by itself.

/** In the row above a picture the badge is last, else it has a line of its own: its words change without moving anything. */
export const qualityStyles = css`
  .quality, .quality:hover {
    position: relative; display: flex; align-items: center; justify-content: center; gap: 6px; min-width: 0; min-height: 1.4em; padding: 0; border: 0; font-size: .8125em; font-weight: 400;
    white-space: nowrap; background: none;
  }
  .picture.active .quality { flex: none; min-height: 0; font-size: .75em; }
  .quality::after { content: ''; position: absolute; inset: -12px -8px; min-width: 44px; min-height: 44px; }
  .quality:hover { text-decoration: underline; }
  .quality::before { content: ''; flex: none; width: 9px; height: 9px; border-radius: 50%; background: #4ade80; }
  .quality::before { forced-color-adjust: none; }
  .quality.good::before { border-radius: 2px; background: #d9e021; }
  .quality.poor::before { border-radius: 0; background: #ffb02e; }
  .quality.lost::before { border-radius: 0; background: #ff6b6b; transform: rotate(45deg); }
  @container rtc-call (width < 480px) { .picture.active .quality:is(.excellent, .good) { gap: 0; font-size: 0; } }
  @container rtc-call (width < 340px) { .picture.active .quality { gap: 0; font-size: 0; } }
`;

function wordsOf({ view: { words }, snapshot: { currentCall } }: CallScene) {
  return (key: keyof QualityStrings): string => say(words, key, currentCall?.peer.nickname ?? '', qualityStrings);
}

/** The level in words, the reasons as its explanation; pressed, more of them. */
export function qualityBadge(scene: CallScene, press: () => void): TemplateResult | typeof nothing {
  const { snapshot: { quality: { level, reasons, rttMs } }, connected, view } = scene;
  if (!connected || level === 'unknown' || view.controlsList.contains('noquality')) return nothing;
  const words = wordsOf(scene);
  const locale = localeOf(view.words);
  const why = reasons.map((reason) => words(`because-${reason}`));
  if (rttMs !== null) why.push(new Intl.NumberFormat(locale, { style: 'unit', unit: 'millisecond' }).format(rttMs));
  return html`<button type="button" part="quality" class="quality ${level}" aria-haspopup="dialog" title=${new Intl.ListFormat(locale, { style: 'narrow' }).format(why)}
    @click=${press}>${words(`quality-${level}`)}</button>`;
}

/** Why a picture is missing while it is held back for the network; empty while none is. */
export function pausedWords(scene: CallScene): string {
  const { snapshot: { quality, remoteMedia }, connected } = scene;
  const key = !connected ? null : holdsPictureBack(remoteMedia) ? 'remote-video-paused' : quality.reasons.includes('video-paused') ? 'video-paused' : null;
  return key ? wordsOf(scene)(key) : '';
}

const countdownWords = (scene: CallScene, seconds: number): string =>
  wordsOf(scene)('auto-accept').replace('{in}', new Intl.RelativeTimeFormat(localeOf(scene.view.words)).format(Math.max(1, Math.ceil(seconds)), 'second'));

/** That nobody needs to press anything, and how long one still can. */
export function countdown(scene: CallScene): TemplateResult | typeof nothing {
  const { autoAcceptAt, clockOffsetMs } = scene.snapshot;
  if (autoAcceptAt === null) return nothing;
  return html`<div part="countdown" role="timer" aria-live="off">${countdownWords(scene, (autoAcceptAt - Date.now() - clockOffsetMs) / 1000)}</div>`;
}

/** The same for who does not see it: once, and not each second anew. */
export function countdownSaid(scene: CallScene): string {
  return scene.snapshot.autoAcceptAt === null ? '' : countdownWords(scene, 3);
}
