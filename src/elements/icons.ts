import { html, nothing, svg, type TemplateResult } from 'lit';
// Single files of the set, not its index: 4,000 icons would reach a page that does not bundle.
import bell from 'lucide/dist/esm/icons/bell.mjs';
import check from 'lucide/dist/esm/icons/check.mjs';
import maximize from 'lucide/dist/esm/icons/maximize.mjs';
import mic from 'lucide/dist/esm/icons/mic.mjs';
import phone from 'lucide/dist/esm/icons/phone.mjs';
import pip from 'lucide/dist/esm/icons/picture-in-picture-2.mjs';
import screen from 'lucide/dist/esm/icons/screen-share.mjs';
import video from 'lucide/dist/esm/icons/video.mjs';

/** Two sliders: the set's own has three, and nine strokes for them. */
const settings = [['path', { d: 'M3 8h18M3 16h18M8 5v6M16 13v6' }]] as const;

const ICONS = { bell, check, maximize, mic, phone, pip, screen, settings, video };
export type IconName = keyof typeof ICONS;

type Drawn = readonly (readonly [tag: string, attributes: Readonly<Record<string, string | undefined>>])[];

/** An icon as decoration (in the colour of the text; hidden from assistive technology): whoever uses it says the word. `off`: struck through. */
export const icon = (name: IconName, off = false): TemplateResult => drawing(ICONS[name], off);

/** One that is not among those that every call needs. */
export function drawing(shapes: Drawn, off = false): TemplateResult {
  return html`<svg class="icon" viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="2" stroke-linecap="round" stroke-linejoin="round"
    aria-hidden="true">${shapes.map(([tag, a]) =>
      tag === 'rect'
        ? svg`<rect x=${a.x} y=${a.y} width=${a.width} height=${a.height} rx=${a.rx} />`
        : svg`<path d=${a.d} />`)}${off ? svg`<path d="m2 2 20 20" />` : nothing}</svg>`;
}
