import { html, type TemplateResult } from 'lit';
import x from 'lucide/dist/esm/icons/x.mjs';
import { drawing } from '../icons.js';
import type { CallScene } from './call-scene.js';

/** Takes something off the screen. `part` without `-button`. */
export function closeButton(part: string, press: () => unknown, { say }: CallScene): TemplateResult {
  const label = say('dismiss');
  return html`<button type="button" part="button ${part}-button" class="close icon-only" aria-label=${label} title=${label} @click=${press}>${drawing(x)}</button>`;
}
