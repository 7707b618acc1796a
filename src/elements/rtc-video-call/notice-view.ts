import { css, html, type TemplateResult } from 'lit';
import { explain } from '../language.js';
import type { CallScene } from './call-scene.js';
import { closeButton } from './close-button.js';

/** Whatever is told over the pictures. */
export const noticeStyles = css`
  .banner:not(:empty) {
    order: -1; display: flex; align-items: center; gap: 8px; width: 100%; max-width: 640px; padding: 4px; padding-inline-start: 12px; border-radius: var(--_radius); font-size: .875em;
    line-height: 1.3; color: #191c22; background: #ffe9bd;
  }
  .banner p { flex: 1; margin: 8px 0; }
  .banner button { background: none; }
`;

/** A problem that ends nothing: what happened and the first thing to do about it; null while there is none. */
export function noticeBanner(scene: CallScene): TemplateResult | null {
  const { snapshot: { notice, noticeScope }, session, view } = scene;
  if (!notice || noticeScope !== 'call') return null;
  const [what, remedy] = explain(view.words, notice);
  return html`<p><strong>${what}</strong> ${remedy}</p>
    ${closeButton('notice', () => session.dismissNotice(), scene)}`;
}
