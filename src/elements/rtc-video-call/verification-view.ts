import { css, html, nothing, type TemplateResult } from 'lit';
import shieldAlert from 'lucide/dist/esm/icons/shield-alert.mjs';
import shieldCheck from 'lucide/dist/esm/icons/shield-check.mjs';
import shield from 'lucide/dist/esm/icons/shield.mjs';
import { drawing } from '../icons.js';
import { say } from '../view-strings.js';
import { buttonOf } from './call-bar.js';
import type { CallApi } from './call-api.js';
import type { CallScene } from './call-scene.js';
import { closeFromAround, openModal } from './dialog.js';
import { verificationStrings, type VerificationStrings } from './verification-strings.js';

// The lazy part of the call view: the button in the corner, the seven emoji behind it, and the alarm.

export const verificationStyles = css`
  .shield { position: absolute; inset-block-end: 4px; inset-inline-start: 12px; padding: 0; border-color: #0000; color: #fff; background: #24272ecc; }
  .shield:hover { background: #3a3e48; }
  .shield.verified .icon { width: 22px; height: 22px; stroke-width: 2; color: #4ade80; }
  .shield.changed { background: var(--_danger); color: var(--_on-danger); }
  dialog {
    width: min(460px, 100vw - 16px); max-width: none; max-height: calc(100vh - 16px); padding: 16px; border: 1px solid var(--_border); border-radius: var(--_radius); overflow: auto;
    font-size: .9375em; text-align: start; color: #f2f4f8; background: #1e2128;
  }
  dialog::backdrop { background: #0006; }
  dialog h2 { margin: 0; font-size: 1.2em; overflow-wrap: anywhere; }
  dialog h2:focus-visible { outline: none; }
  dialog p { margin: 8px 0 0; }
  dialog .alarm { padding: 10px 12px; border-radius: 8px; color: #191c22; background: #ffe9bd; }
  dialog ol { display: flex; flex-wrap: wrap; justify-content: center; gap: 12px 4px; max-width: 336px; margin: 16px auto 0; padding: 0; list-style: none; }
  dialog li { flex: 0 0 76px; font-size: .867em; line-height: 1.3; text-align: center; overflow-wrap: anywhere; }
  dialog li span { display: block; font-size: 2.615em; line-height: 1.25; }
  .choices { position: sticky; bottom: -16px; display: flex; flex-wrap: wrap; gap: 8px; margin: 8px -16px -16px; padding: 12px 16px; background: inherit; }
  .choices .primary { flex: 1 0 auto; }
  @media (width < 360px) {
    dialog { padding: 12px; }
    dialog li { flex-basis: 62px; font-size: .733em; }
  }
`;

type Say = (key: keyof VerificationStrings) => string;

function wordsOf({ view: { words }, snapshot: { currentCall } }: CallScene): Say {
  return (key) => say(words, key, currentCall?.peer.nickname ?? '', verificationStrings);
}

/** The emoji of which somebody has said here that they differ. */
const differing = new WeakMap<CallApi, string>();

const dialogOf = ({ view }: CallScene): HTMLDialogElement | null => view.renderRoot.querySelector<HTMLDialogElement>('[part=verification]');

function openPanel(scene: CallScene): void {
  differing.delete(scene.view);
  scene.view.requestUpdate();
  openModal(dialogOf(scene));
}

function panel(scene: CallScene, say: Say): TemplateResult {
  const { snapshot: { verification: { state, emoji, words } }, session, view } = scene;
  const differs = emoji.length > 0 && differing.get(view) === emoji.join();
  const how: keyof VerificationStrings = differs ? 'differ-how' : state === 'changed' ? 'changed-how' : emoji.length === 0 ? 'renewed-how' : state === 'verified' ? 'verified-how' : 'verify-how';
  const press = (matches: boolean) => () => {
    if (matches) dialogOf(scene)?.close();
    else differing.set(view, emoji.join());
    view.requestUpdate();
    session.verify(matches).catch(() => {});
  };
  const choice = (word: keyof VerificationStrings, matches: boolean, look = '') => html`<button type="button" part="button" class=${look} @click=${press(matches)}>${say(word)}</button>`;
  return html`<dialog part="verification" aria-labelledby="verify-title" aria-describedby="verify-how" @click=${closeFromAround}>
    <h2 id="verify-title" tabindex="-1">${say('verify-title')}</h2>
    <p id="verify-how" class=${differs || state === 'changed' ? 'alarm' : ''} role=${differs ? 'alert' : nothing}>${say(how)}</p>
    ${emoji.length > 0 ? html`<ol>${emoji.map((each, at) => html`<li><span aria-hidden="true">${each}</span>${view.words[each] ?? words[at]}</li>`)}</ol>` : nothing}
    <div class="choices">
      ${emoji.length === 0 ? nothing : differs
        ? html`<button type="button" part="button" class="danger" @click=${() => session.hangup()}>${scene.say('hangup')}</button>`
        : state === 'verified' ? choice('verify-forget', false) : html`${choice('verify-match', true, 'primary')}${choice('verify-differ', false)}`}
      ${buttonOf({ word: 'dismiss', part: 'verification-close', press: () => dialogOf(scene)?.close() }, scene)}
    </div>
  </dialog>`;
}

/** In the corner while there is something to compare or to say; behind it the panel. */
export function verificationBadge(scene: CallScene): TemplateResult | typeof nothing {
  const { snapshot: { verification: { state } }, connected } = scene;
  if (!connected || state === 'unavailable') return nothing;
  const say = wordsOf(scene);
  const changed = state === 'changed';
  const label = changed ? say('identity-changed') : say(state === 'verified' ? 'identity-verified' : 'verify');
  return html`<button type="button" part="button verification-button" class="shield ${state}" aria-haspopup="dialog" aria-label=${label} title=${label} @click=${() => openPanel(scene)}>
      <span class="disc">${drawing(changed ? shieldAlert : state === 'verified' ? shieldCheck : shield)}</span></button>
    <p class="unseen" role="alert">${changed ? say('identity-alarm') : ''}</p>
    ${panel(scene, say)}`;
}

/** The alarm in the place of a problem; null while there is none. */
export function changedBanner(scene: CallScene): TemplateResult | null {
  const say = wordsOf(scene);
  const { snapshot: { verification: { state } }, connected } = scene;
  return connected && state === 'changed'
    ? html`<p>${say('identity-alarm')}</p><button type="button" part="button" @click=${() => openPanel(scene)}>${say('compare')}</button>` : null;
}
