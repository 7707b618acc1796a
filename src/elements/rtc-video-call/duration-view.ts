import { html, nothing, type TemplateResult } from 'lit';
import { localeOf } from '../locale.js';
import type { CallScene } from './call-scene.js';
import { callSeconds } from './call-time.js';

const UNITS = ['hour', 'minute', 'second'] as const;

/** Whole seconds in words, the two largest units that are not zero: `1 minute, 5 seconds`. */
export function durationWords(locale: string, seconds: number): string {
  const whole = Math.floor(seconds);
  const counts = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  const largest = counts.findIndex(Boolean);
  const told = UNITS.map((unit, at) => ({ unit, count: counts[at]! })).filter(({ count }, at) => count > 0 && at <= largest + 1);
  const words = (told.length ? told : [{ unit: 'second', count: 0 }]).map(({ unit, count }) => new Intl.NumberFormat(locale, { style: 'unit', unit, unitDisplay: 'long' }).format(count));
  return new Intl.ListFormat(locale, { type: 'unit', style: 'short' }).format(words);
}

/** How long a call was that has ended; of one that never began there is nothing to say. */
export function duration({ snapshot, view }: CallScene): TemplateResult | typeof nothing {
  return snapshot.currentCall?.connectedAt ? html`<div part="duration" class="duration">${durationWords(localeOf(view.words), callSeconds(snapshot))}</div>` : nothing;
}
