import { css, html, nothing, type TemplateResult } from 'lit';
import type { LoggedCall, Member, RtcSession } from '../../session/public.js';
import { localeOf } from '../locale.js';
import { awayWords } from './away-words.js';
import type { CallScene } from './call-scene.js';
import { closeButton } from './close-button.js';

// Who has called in vain: while nobody calls, and for a moment during a call.

/** So many people are named. */
const MAX_NAMED = 3;
/** How long somebody in a call is told of a call that could not ring. */
const TOLD_MS = 10_000;

export const missedStyles = css`
  .banner:has(> .missed) { position: relative; padding-block: 4px 8px; padding-inline: 16px; color: var(--_on-surface); background: var(--_bg); }
  .idle .overlay:has(.missed) { overflow-y: auto; }
  .missed { flex: 1; min-width: 0; text-align: start; }
  .missed strong { display: block; padding-block: 13px; padding-inline-end: 36px; }
  .missed ~ .close { position: absolute; inset-block-start: 4px; inset-inline-end: 4px; }
  .missed ~ .close .icon { scale: 1; }
  .missed ul { margin: 0; padding: 0; list-style: none; }
  .missed li { display: flex; align-items: center; gap: 8px; min-height: 52px; padding-block: 4px; border-top: 1px solid var(--_border); }
  .missed .caller { flex: 1; min-width: 0; overflow-wrap: anywhere; }
  /* In a block of the page's direction: Chromium knows no match-parent. */
  .missed .caller > * { display: block; }
  .missed .caller > :first-child { display: -webkit-box; -webkit-box-orient: vertical; -webkit-line-clamp: 2; overflow: hidden; font-weight: 600; }
  .missed .when { font-size: .93em; color: var(--_muted); }
  .missed button { flex: none; padding: 0 12px; margin-inline-end: -12px; border-color: #0000; color: var(--_accent); }
  .missed > button { margin-inline: -12px; }
  @media (forced-colors: active) { .missed button { margin-inline: 0 !important; } }
  @container rtc-call (width < 480px) {
    .stage:not(.picture.active) .banner:has(> .missed) { order: -1; }
    .overlay:has(.missed) .avatar { display: none; }
  }
  .flashing::after {
    content: ''; position: absolute; inset: 0; border: 6px solid #8ab4ff; border-radius: inherit; pointer-events: none; animation: rtc-flash 1s steps(1) infinite;
  }
  @keyframes rtc-flash { 50% { opacity: 0; } }
  @media (prefers-reduced-motion: reduce) { .flashing::after { animation: none; } }
`;

interface Caller {
  /** The newest of them. */
  readonly call: LoggedCall;
  readonly times: number;
}

/** Each once, the newest first. */
function callersOf(missed: readonly LoggedCall[]): Caller[] {
  const byId = new Map<string, Caller>();
  for (const call of missed) {
    const known = byId.get(call.peer.id);
    byId.set(call.peer.id, { call: known?.call ?? call, times: (known?.times ?? 0) + 1 });
  }
  return [...byId.values()];
}

/** As they are in the room now, perhaps as another member. */
const findIn = (members: readonly Member[], { id, userId }: Member): Member | undefined =>
  members.find((member) => member.id === id) ?? members.find((member) => userId !== null && member.userId === userId);

async function callBack(session: RtcSession, member: Member, { peer, media }: LoggedCall): Promise<void> {
  await session.call(member.id, media);
  await session.clearMissedCalls(peer.id);
}

function row({ call, times }: Caller, { snapshot: { members }, session, view }: CallScene): TemplateResult {
  const { peer: { nickname }, endedAt = 0 } = call;
  const lang = localeOf(view.words);
  const at = new Date(endedAt);
  const sameDay = at.toDateString() === new Date().toDateString();
  const when = new Intl.DateTimeFormat(lang, { timeStyle: 'short', ...(!sameDay && { dateStyle: 'short' }) }).format(at);
  const member = findIn(members, call.peer);
  const details = [`${when}`, times > 1 && `${new Intl.NumberFormat(lang).format(times)}×`, !member && awayWords(view, 'missed-gone')].filter(Boolean).join(', ');
  // What fails is told by the session.
  const press = () => void callBack(session, member!, call).catch(() => {});
  return html`<li><span class="caller"><span><bdi>${nickname}</bdi></span> <span class="when"><bdi>${details}</bdi></span></span>${member
    ? html`<button type="button" part="button" class="call-back" aria-label=${awayWords(view, 'call-back-to', { nickname })} @click=${press}>${awayWords(view, 'call-back')}</button>`
    : nothing}</li>`;
}

/** Where the browser has never been asked. */
const mayAsk = (): boolean => globalThis.Notification?.permission === 'default';

function notice(scene: CallScene): TemplateResult {
  const { snapshot: { missedCalls }, session, view } = scene;
  const callers = callersOf(missedCalls);
  const more = callers.length - MAX_NAMED;
  const enable = () => void session.enableNotifications().then(() => view.requestUpdate());
  return html`<div class="missed">
      <strong>${awayWords(view, 'missed-calls', { count: missedCalls.length })}</strong>
      <ul>${callers.slice(0, MAX_NAMED).map((caller) => row(caller, scene))}</ul>
      ${more > 0 ? html`<div>${awayWords(view, 'missed-more', { count: more })}</div>` : nothing}
      ${mayAsk() ? html`<button type="button" part="button" @click=${enable}>${awayWords(view, 'notify')}</button>` : nothing}
    </div>
    ${closeButton('notice', () => session.clearMissedCalls(), scene)}`;
}

/** Null where there is nothing to say of it. */
export function missedBanner(scene: CallScene): TemplateResult | null {
  const { snapshot: { missedCalls, callState, clockOffsetMs }, connected, view } = scene;
  const newest = missedCalls[0];
  if (!newest) return null;
  if (callState === 'idle') return notice(scene);
  const isNew = connected && newest.cause === 'busy' && Date.now() + clockOffsetMs - (newest.endedAt ?? 0) < TOLD_MS;
  return isNew ? html`<p>${awayWords(view, 'missed-busy', newest.peer)}</p>` : null;
}
