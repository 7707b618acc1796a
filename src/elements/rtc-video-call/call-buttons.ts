import { html, nothing, type TemplateResult } from 'lit';
import { icon, type IconName } from '../icons.js';

/** A round button of the control bar. `pressed` makes it a switch; `problem` is why it cannot be on; its label never changes with its state. */
export function roundButton(
  part: string, label: string, glyph: IconName, press: () => void,
  { pressed, problem, busy, danger }: { pressed?: boolean; problem?: string | undefined; busy?: boolean; danger?: boolean } = {},
): TemplateResult {
  return html`<button type="button" part="button ${part}" class="icon-only ${danger ? 'danger' : problem ? 'problem' : ''}" aria-label=${label}
    title=${problem ?? label} aria-pressed=${pressed ?? nothing} aria-busy=${busy || nothing} @click=${press}>${icon(glyph)}</button>`;
}

/** A disc with its word beneath, as a telephone shows them. */
export function answerButton(part: string, label: string, glyph: IconName, kind: '' | 'danger' | 'success', press: () => void): TemplateResult {
  return html`<button type="button" part="button ${part}" class="answer" @click=${press}>
    <span class="disc ${kind}">${icon(glyph)}</span>${label}</button>`;
}
