import { css, html, nothing, type TemplateResult } from 'lit';
import { figuresOf, MAX_FIGURES, type CallFigures, type StreamFigures } from '../../session/call-figures.js';
import { localeOf } from '../locale.js';
import { say } from '../view-strings.js';
import { buttonOf } from './call-bar.js';
import type { CallApi } from './call-api.js';
import type { CallScene } from './call-scene.js';
import { graph, type Line } from './details-graph.js';
import { closeFromAround, openModal } from './dialog.js';
import { detailsStrings, type DetailsStrings } from './details-strings.js';

// Behind the quality badge: what the connection is like, in words; and for developers as graphs. A lazy chunk of its own: most calls never ask.

export const detailsStyles = css`
  .details dl { display: grid; grid-template-columns: max-content 1fr; gap: 6px 12px; margin: 12px 0 0; }
  .details dt { color: #b3bac7; }
  .details dd { margin: 0; overflow-wrap: anywhere; font-variant-numeric: tabular-nums; }
  .details summary { min-height: 44px; margin-top: 8px; line-height: 44px; font-weight: 600; cursor: pointer; }
  .details figure { margin: 0 0 10px; }
  .details figcaption { display: flex; flex-wrap: wrap; justify-content: space-between; gap: 0 12px; font-size: .867em; font-variant-numeric: tabular-nums; }
  .details svg[role='img'] { display: block; width: 100%; height: 48px; border-radius: 6px; background: #14161b; }
  .details path { fill: none; stroke: #8ab4ff; stroke-width: 1.5; vector-effect: non-scaling-stroke; }
  .details path.second { stroke: #ffb02e; stroke-dasharray: 4 3; }
  .details .small-print { font-size: .867em; color: #b3bac7; }
  @container rtc-call (width < 360px) { .details dl { grid-template-columns: 1fr; gap: 0; } .details dd { margin-bottom: 6px; } }
  @media (forced-colors: active) { .details path { stroke: CanvasText; } }
`;

const open = new WeakSet<CallApi>();

const dialogOf = (view: CallApi): HTMLDialogElement | null => view.renderRoot.querySelector('.details');

/** After it has been drawn for the first time. */
export async function openDetails(view: CallApi): Promise<void> {
  open.add(view);
  view.requestUpdate();
  await view.updateComplete;
  openModal(dialogOf(view));
}

/** As the language of the words writes them. */
function numbers(view: CallApi) {
  const locale = localeOf(view.words);
  const of = (options: Intl.NumberFormatOptions) => {
    const format = new Intl.NumberFormat(locale, options);
    return (value: number): string => format.format(value);
  };
  const megabits = of({ style: 'unit', unit: 'megabit-per-second', maximumFractionDigits: 1 });
  const kilobits = of({ style: 'unit', unit: 'kilobit-per-second', maximumFractionDigits: 0 });
  return {
    plain: of({ maximumFractionDigits: 0 }),
    share: of({ style: 'percent', maximumFractionDigits: 1 }),
    ms: of({ style: 'unit', unit: 'millisecond', maximumFractionDigits: 0 }),
    minutes: of({ style: 'unit', unit: 'minute', unitDisplay: 'long' }),
    rate: (bps: number): string => (bps >= 1_000_000 ? megabits(bps / 1_000_000) : kilobits(bps / 1000)),
  };
}
type Numbers = ReturnType<typeof numbers>;
type Say = (key: keyof DetailsStrings, values?: Readonly<Record<string, string>>) => string;

function pictureWords({ width, height, framesPerSecond, videoCodec, bps }: StreamFigures, words: Say, { plain, rate }: Numbers): string {
  if (!width || !height || framesPerSecond === null) return words('picture-none');
  const size = words('picture-value', { width: String(width), height: String(height), fps: plain(framesPerSecond) });
  return [size, videoCodec, bps === null ? null : rate(bps)].filter(Boolean).join(', ');
}

function facts(now: CallFigures, words: Say, format: Numbers): TemplateResult {
  const { isRelayed, rttMs, sendingLoss, receivingLoss, sending, receiving } = now;
  const share = (value: number | null): string => (value === null ? words('details-unknown') : format.share(value));
  const rows = [
    ['details-way', isRelayed === null ? words('details-unknown') : words(isRelayed ? 'way-relayed' : 'way-direct')],
    ['details-delay', rttMs === null ? words('details-unknown') : words('delay-value', { ms: format.ms(rttMs) })],
    ['details-loss', words('loss-value', { sent: share(sendingLoss), received: share(receivingLoss) })],
    ['details-seen', pictureWords(receiving, words, format)],
    ['details-sent', pictureWords(sending, words, format)],
  ] as const;
  return html`<dl>${rows.map(([key, value]) => html`<dt>${words(key)}</dt><dd>${value}</dd>`)}</dl>`;
}

function graphs(figures: readonly CallFigures[], words: Say, format: Numbers): unknown {
  const draw = (title: keyof DetailsStrings, least: number, formatted: (value: number) => string, ...lines: Line[]): TemplateResult => {
    const most = Math.max(0, ...lines.flat().filter((value) => value !== null));
    const now = lines.map((line) => line.at(-1) ?? null).map((value) => (value === null ? words('details-unknown') : formatted(value))).join(' / ');
    return graph(words(title), words('graph-now', { now, most: formatted(most) }), lines, Math.max(least, most), MAX_FIGURES);
  };
  const line = (of: (each: CallFigures) => number | null): Line => figures.map(of);
  return [
    draw('graph-round-trip', 100, format.ms, line(({ rttMs }) => rttMs)),
    draw('graph-loss', 0.05, format.share, line(({ sendingLoss }) => sendingLoss), line(({ receivingLoss }) => receivingLoss)),
    draw('graph-bitrate', 200_000, format.rate, line(({ sending }) => sending.bps), line(({ receiving }) => receiving.bps)),
    draw('graph-frames', 30, format.plain, line(({ sending }) => sending.framesPerSecond), line(({ receiving }) => receiving.framesPerSecond)),
  ];
}

/** Redrawn with the view, once a second; nothing while it is closed. */
export function detailsPanel(scene: CallScene): TemplateResult | typeof nothing {
  const { view, session, snapshot: { currentCall }, connected } = scene;
  if (!open.has(view)) return nothing;
  if (!connected || view.controlsList.contains('noquality')) return void open.delete(view), nothing;
  const words: Say = (key, values = {}) => Object.entries(values)
    .reduce((text, [name, value]) => text.replace(`{${name}}`, () => value), say(view.words, key, currentCall?.peer.nickname ?? '', detailsStrings));
  const format = numbers(view);
  const figures = figuresOf(session.peerConnection);
  const now = figures.at(-1);
  const closed = () => {
    open.delete(view);
    view.requestUpdate();
  };
  const toggle = () => (view.audioOnly = !view.audioOnly);
  const protocol = now?.protocol?.toUpperCase() ?? words('details-unknown');
  const codecs = now && [...new Set([now.sending.audioCodec, now.receiving.audioCodec, now.sending.videoCodec, now.receiving.videoCodec])].filter(Boolean).join(', ');
  return html`<dialog part="details" class="details" aria-labelledby="details-title" @click=${closeFromAround} @close=${closed}>
    <h2 id="details-title" tabindex="-1">${words('details-title')}</h2>
    ${now ? facts(now, words, format) : html`<p>${words('details-wait')}</p>`}
    ${now ? html`<details><summary>${words('details-developers')}</summary>
      ${graphs(figures, words, format)}
      <p class="small-print">${words('graph-span', { minutes: format.minutes(Math.max(1, Math.round((figures.length * 2) / 60))) })}
        ${words('details-transport', { protocol, codecs: codecs || words('details-unknown') })}</p>
    </details>` : nothing}
    <div class="choices">
      ${view.ownerDocument === document
        ? html`<button type="button" part="button audio-only-button" aria-pressed=${view.audioOnly} title=${words('audio-only-how')} @click=${toggle}>${words('audio-only')}</button>` : nothing}
      ${buttonOf({ word: 'dismiss', part: 'details-close', press: () => dialogOf(view)?.close() }, scene)}
    </div>
  </dialog>`;
}
