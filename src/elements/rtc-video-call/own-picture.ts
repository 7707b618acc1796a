import { css, html, nothing, type ReactiveController, type TemplateResult } from 'lit';
import arrowLeftRight from 'lucide/dist/esm/icons/arrow-left-right.mjs';
import eyeOff from 'lucide/dist/esm/icons/eye-off.mjs';
import move from 'lucide/dist/esm/icons/move.mjs';
import { drawing } from '../icons.js';
import { say } from '../view-strings.js';
import type { CallApi } from './call-api.js';
import type { CallScene } from './call-scene.js';
import { CORNERS, cornerAt, nextCorner, steered, toCorner, type Corner } from './picture-corner.js';
import { stageStrings, type StageStrings } from './stage-strings.js';

// The small picture: dragged into a corner, by keys or by a button; hidden and back; swapped with the large one. Lies over it as one button, since the overlay of the
// view takes whatever is pressed on a picture itself.

/** Where its edges keep clear of what else stands there: the row with the nickname above, the shield below. */
export const ownPictureStyles = css`
  .pictures { isolation: isolate; }
  /* A page that says \`cover\` means it. */
  .pictures[data-fit='cover'] .remote { width: 100%; max-height: none; aspect-ratio: auto; }
  .small {
    position: absolute; inset-block: auto 4px; inset-inline: auto 12px; width: clamp(72px, 22cqi, 200px); min-width: 0; min-height: 44px; max-height: 42%; aspect-ratio: var(--_own, 4 / 3);
    padding: 0; border-color: #0000; border-radius: var(--_radius); background: none; cursor: grab; touch-action: none;
  }
  .small:hover { background: none; box-shadow: inset 0 0 0 2px #ffffff8c; }
  .small .disc { position: absolute; inset-block: auto 4px; inset-inline: auto 4px; width: 26px; height: 26px; border-radius: 50%; color: #fff; background: #24272ecc; opacity: 0; }
  .small .disc .icon { width: 15px; }
  .small:is(:hover, :focus-visible, [aria-expanded='true']) .disc { opacity: 1; }
  @media (hover: none) { .small .disc { opacity: .8; } }
  .stage .pictures[data-corner] :is(.local, .small, .tools, .shown) { inset: auto; }
  .stage .pictures[data-corner^='top'] :is(.local, .small, .tools, .shown) { inset-block-start: 52px; }
  .stage .pictures[data-corner^='bottom'] :is(.local, .small, .tools, .shown) { inset-block-end: 4px; }
  .stage .pictures[data-corner$='end'] :is(.local, .small, .tools, .shown) { inset-inline-end: 12px; }
  .stage .pictures[data-corner$='start'] :is(.local, .small, .tools, .shown) { inset-inline-start: 12px; }
  .stage .pictures[data-corner='bottom-start'] :is(.local, .small, .tools, .shown) { inset-block-end: 56px; }
  .pictures[data-hidden] .local { visibility: hidden; }
  .pictures[data-dragging] { cursor: grabbing; }
  .pictures[data-dragging] .small { cursor: grabbing; }
  .pictures[data-dragging]:not([data-swapped]) .local, .pictures[data-dragging] .small, .pictures[data-dragging][data-swapped] .remote { translate: var(--_dx) var(--_dy); }
  .stage .pictures[data-swapped] .local { inset: 0; z-index: -1; width: 100%; height: 100%; max-height: none; aspect-ratio: auto; border-radius: 0; object-fit: contain; outline: 0; background: none; }
  .stage .pictures[data-swapped] .remote { inset: auto; width: clamp(72px, 22cqi, 200px); height: auto; max-height: 42%; aspect-ratio: 4 / 3; border-radius: var(--_radius); background: #000; }
  /* Above the bar, as everything else that stands there. */
  .stage.active:has(.keys) .pictures[data-swapped] .remote { margin-bottom: calc(var(--_size) + 24px); }
  .stage .pictures[data-swapped][data-corner^='top'] .remote { inset-block-start: 52px; }
  .stage .pictures[data-swapped][data-corner^='bottom'] .remote { inset-block-end: 4px; }
  .stage .pictures[data-swapped][data-corner$='end'] .remote { inset-inline-end: 12px; }
  .stage .pictures[data-swapped][data-corner$='start'] .remote { inset-inline-start: 12px; }
  .stage .pictures[data-swapped][data-corner='bottom-start'] .remote { inset-block-end: 56px; }
  .tools, .shown { position: absolute; inset-block: auto 4px; inset-inline: auto 12px; z-index: 1; }
  .tools { display: flex; gap: 4px; padding: 4px; border-radius: 99px; background: #1e2128; box-shadow: 0 2px 10px #0009; }
  .shown { padding: 0; border-color: #0000; color: #fff; background: #24272ecc; }
  .shown:hover { background: #3a3e48; }
  @container rtc-call (width < 480px) {
    .stage:not(.picture:is(.active, .reconnecting)) .pictures:not(:has(.banner:not(:empty))) :is(.local, .small, .tools, .shown) { inset-block: 8px auto; inset-inline: auto 8px; }
  }
`;

/** Lucide's `square-user`, its circle as a path. */
const PERSON = [
  ['rect', { x: '3', y: '3', width: '18', height: '18', rx: '2' }], ['path', { d: 'M12 6a4 4 0 1 1 0 8 4 4 0 1 1 0-8' }], ['path', { d: 'M7 21v-2a2 2 0 0 1 2-2h6a2 2 0 0 1 2 2v2' }],
] as const;

const KEY = 'rtc-elements:own-picture';
/** Less than this is a click with an unsteady hand. */
const DRAG_PX = 6;
const SETTLE_MS = 160;

interface Place {
  readonly corner?: Corner;
  readonly hidden?: boolean;
}

/** What this tab remembers; forbidden or full storage is as good as empty. */
function recall(): Place {
  try {
    const { corner, hidden } = JSON.parse(sessionStorage.getItem(KEY) ?? '{}') as Place;
    return { ...(CORNERS.includes(corner!) && { corner: corner! }), ...(hidden === true && { hidden }) };
  } catch {
    return {};
  }
}

function keep(place: Place): void {
  try {
    sessionStorage.setItem(KEY, JSON.stringify(place));
  } catch {
    // For this page then.
  }
}

interface Drag {
  readonly pointerId: number;
  readonly x: number;
  readonly y: number;
  moved: boolean;
}

/** Of one call view, as long as it lives. */
export class OwnPicture implements ReactiveController {
  readonly #view: CallApi;
  #place: Place = recall();
  #open = false;
  #swapped = false;
  #said: keyof StageStrings | null = null;
  #drag: Drag | null = null;
  /** The click that follows a drag is none. */
  #wasDragged = false;
  #call: string | undefined;

  constructor(view: CallApi) {
    this.#view = view;
    view.addController(this);
    // A phone was turned.
    view.renderRoot.addEventListener('resize', () => view.requestUpdate(), { capture: true });
  }

  /** Attributes by hand: the template knows nothing of them. */
  hostUpdated(): void {
    const { snapshot, bare } = this.#view;
    const pictures = this.#pictures;
    const callId = snapshot.currentCall?.callId;
    if (callId !== this.#call) {
      // The next call begins with the other large, and nothing open.
      this.#call = callId;
      this.#open = this.#swapped = false;
      this.#said = null;
    }
    if (!pictures) return;
    const { corner, hidden } = this.#place;
    const isSwapped = !bare && this.#isSwapped();
    const set = (name: string, value: string | false | undefined): void => void (typeof value === 'string' ? (pictures.dataset[name] = value) : delete pictures.dataset[name]);
    set('corner', !bare && (corner ?? (isSwapped && this.#defaultCorner())));
    set('hidden', !bare && hidden && !isSwapped && '');
    set('swapped', isSwapped && '');
    const { videoWidth = 0, videoHeight = 0 } = pictures.querySelector<HTMLVideoElement>('.local') ?? {};
    if (videoWidth && !isSwapped) pictures.style.setProperty('--_own', `${videoWidth} / ${videoHeight}`);
    else pictures.style.removeProperty('--_own');
    set('fit', getComputedStyle(this.#view).getPropertyValue('--rtc-video-fit').trim() || false);
  }

  hostDisconnected(): void {
    this.#drag = null;
  }

  render(scene: CallScene): TemplateResult | typeof nothing {
    const { snapshot: { camera }, view, connected, picture } = scene;
    if (!connected || camera.state !== 'on') return nothing;
    const words = (key: keyof StageStrings): string => say(view.words, key, '', stageStrings);
    if (this.#place.hidden && !this.#isSwapped()) {
      const label = words('show-picture');
      return html`<button type="button" part="button own-picture-button" class="shown" aria-label=${label} title=${label} @click=${() => this.#hide(false)}>${drawing(PERSON)}</button>`;
    }
    const tool = (key: 'swap-pictures' | 'move-picture' | 'hide-picture', glyph: Parameters<typeof drawing>[0], press: () => void, pressed?: boolean) => html`<button
      type="button" part="button" class="icon-only" aria-label=${words(key)} title=${words(key)} aria-pressed=${pressed ?? nothing} @click=${press}>${drawing(glyph)}</button>`;
    return html`<button type="button" part="own-picture" class="small" aria-label=${words('small-picture')} aria-expanded=${this.#open} @click=${this.#onClick}
        @dblclick=${() => this.#swap()} @keydown=${this.#onKey} @pointerdown=${this.#onDown} @pointermove=${this.#onMove} @pointerup=${this.#onUp}
        @pointercancel=${this.#onCancel}><span class="disc">${drawing(move)}</span></button>
      ${this.#open ? html`<div class="tools" role="group" aria-label=${words('small-picture')} @keydown=${this.#onKey} @focusout=${this.#onFocusOut}>
        ${picture ? tool('swap-pictures', arrowLeftRight, () => this.#swap(), this.#swapped) : nothing}
        ${tool('move-picture', move, () => this.#moveTo(nextCorner(this.#corner)))}
        ${this.#isSwapped() ? nothing : tool('hide-picture', eyeOff, () => this.#hide(true))}
      </div>` : nothing}
      <p class="unseen" role="status">${this.#said ? words(this.#said) : ''}</p>`;
  }

  get #pictures(): HTMLElement | null {
    return this.#view.renderRoot.querySelector('.pictures');
  }
  get #button(): HTMLElement | null {
    return this.#view.renderRoot.querySelector('.small');
  }
  get #isRtl(): boolean {
    return getComputedStyle(this.#view).direction === 'rtl';
  }
  get #corner(): Corner {
    return this.#place.corner ?? this.#defaultCorner();
  }

  /** As the sheet places it. */
  #defaultCorner(): Corner {
    const pictures = this.#pictures?.getBoundingClientRect();
    const own = this.#button?.getBoundingClientRect();
    return pictures && own?.width ? cornerAt(own, pictures, this.#isRtl) : 'bottom-end';
  }

  /** Both pictures are there. */
  #isSwapped(): boolean {
    const { snapshot, renderRoot } = this.#view;
    return this.#swapped && snapshot.camera.state === 'on' && renderRoot.querySelector('.stage.picture.active') !== null;
  }

  #change(place: Place): void {
    this.#place = { ...this.#place, ...place };
    keep(this.#place);
    this.#view.requestUpdate();
  }

  #swap(): void {
    if (!this.#view.renderRoot.querySelector('.stage.picture.active')) return;
    this.#swapped = !this.#swapped;
    this.#view.requestUpdate();
  }

  async #hide(hidden: boolean): Promise<void> {
    this.#open = false;
    this.#change({ hidden });
    await this.#view.updateComplete;
    // Whoever pressed a button that is gone goes on at what took its place.
    this.#view.renderRoot.querySelector<HTMLElement>(hidden ? '.shown' : '.small')?.focus();
  }

  #moveTo(corner: Corner): void {
    this.#said = `at-${toCorner(corner, this.#isRtl)}`;
    const button = this.#button;
    const from = button?.getBoundingClientRect();
    this.#change({ corner });
    void this.#view.updateComplete.then(() => from && this.#settle(from));
  }

  /** It glides to where it is now. */
  #settle(from: DOMRect): void {
    if (matchMedia('(prefers-reduced-motion: reduce)').matches) return;
    const to = this.#button?.getBoundingClientRect();
    if (!to) return;
    const moving = [this.#button, this.#view.renderRoot.querySelector(this.#isSwapped() ? '.remote' : '.local')];
    const keyframes = [{ translate: `${from.x - to.x}px ${from.y - to.y}px` }, { translate: '0 0' }];
    for (const element of moving) element?.animate(keyframes, { duration: SETTLE_MS, easing: 'ease-out' });
  }

  readonly #onClick = (): void => {
    if (this.#wasDragged) return void (this.#wasDragged = false);
    this.#open = !this.#open;
    this.#view.requestUpdate();
  };

  readonly #onKey = (event: KeyboardEvent): void => {
    if (event.key === 'Escape' && this.#open) {
      // Not out of full screen as well.
      event.preventDefault();
      event.stopPropagation();
      this.#open = false;
      this.#button?.focus();
      return this.#view.requestUpdate();
    }
    const corner = event.ctrlKey || event.altKey || event.metaKey ? null : steered(this.#corner, event.key, this.#isRtl);
    if (!corner) return;
    event.preventDefault();
    this.#moveTo(corner);
  };

  readonly #onFocusOut = ({ relatedTarget, currentTarget }: FocusEvent): void => {
    // Nobody: a click beside it; what has just been pressed redraws itself.
    if (!(relatedTarget instanceof Node) || (currentTarget as Element).contains(relatedTarget) || relatedTarget === this.#button) return;
    this.#open = false;
    this.#view.requestUpdate();
  };

  readonly #onDown = (event: PointerEvent): void => {
    this.#wasDragged = false;
    if (event.button !== 0 || this.#drag) return;
    this.#drag = { pointerId: event.pointerId, x: event.clientX, y: event.clientY, moved: false };
    (event.currentTarget as Element).setPointerCapture(event.pointerId);
  };

  readonly #onMove = ({ pointerId, clientX, clientY }: PointerEvent): void => {
    const drag = this.#drag;
    const pictures = this.#pictures;
    if (drag?.pointerId !== pointerId || !pictures) return;
    const [dx, dy] = [clientX - drag.x, clientY - drag.y];
    if (!drag.moved && Math.hypot(dx, dy) < DRAG_PX) return;
    drag.moved = true;
    pictures.dataset['dragging'] = '';
    pictures.style.setProperty('--_dx', `${dx}px`);
    pictures.style.setProperty('--_dy', `${dy}px`);
  };

  readonly #onUp = ({ pointerId }: PointerEvent): void => {
    const drag = this.#drag;
    if (drag?.pointerId !== pointerId) return;
    const pictures = this.#pictures;
    const button = this.#button;
    const from = button?.getBoundingClientRect();
    this.#drop();
    if (!drag.moved || !pictures || !from) return;
    this.#wasDragged = true;
    this.#change({ corner: cornerAt(from, pictures.getBoundingClientRect(), this.#isRtl) });
    void this.#view.updateComplete.then(() => this.#settle(from));
  };

  readonly #onCancel = (): void => this.#drop();

  #drop(): void {
    this.#drag = null;
    const pictures = this.#pictures;
    if (pictures) delete pictures.dataset['dragging'];
  }
}
