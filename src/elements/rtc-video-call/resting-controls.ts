import { css } from 'lit';
import type { CallApi } from './call-api.js';

// Part of the lazy view of a call under way: the bar leaves the picture alone while somebody only watches.

const REST_AFTER_MS = 3_000;
/** A tap that brings the bar back presses nothing on it: browsers decide what a tap meant up to this long after the touch. */
const DEAF_MS = 350;
const WAKES = ['pointermove', 'pointerdown', 'focusin', 'keydown'] as const;

/** `resting`: not to be seen. `waking`: seen, but a finger that is still down does not press it. */
export const restingStyles = css`
  .keys { transition: opacity .2s; }
  .keys[data-rest] { pointer-events: none; }
  .keys[data-rest='resting'] { opacity: 0; transition-duration: .6s; }
  .stage:has(.keys[data-rest='resting']) { cursor: none; }
  @media (prefers-reduced-motion: reduce) { .keys, .keys[data-rest='resting'] { transition: none; } }
`;

/** Of one call view, as long as it lives. */
export class RestingControls {
  readonly #view: CallApi;
  /** The bar, while it stands over a picture. */
  #keys: HTMLElement | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(view: CallApi) {
    this.#view = view;
    for (const type of WAKES) view.addEventListener(type, this.#wake, { capture: true, passive: true });
  }

  /** After every drawing: there may be another bar, or no picture any more. */
  update(): void {
    const keys = this.#view.renderRoot.querySelector<HTMLElement>('.picture.active > .keys');
    if (keys === this.#keys) return;
    this.#show();
    this.#keys = keys;
    this.#show();
  }

  readonly #wake = ({ type }: Event): void => {
    const touched = type === 'pointerdown' && this.#keys?.dataset['rest'];
    this.#show();
    if (!touched) return;
    this.#keys!.dataset['rest'] = 'waking';
    setTimeout(() => this.#show(), DEAF_MS);
  };

  #show(): void {
    clearTimeout(this.#timer);
    if (!this.#keys) return;
    delete this.#keys.dataset['rest'];
    this.#timer = setTimeout(() => this.#rest(), REST_AFTER_MS);
  }

  #rest(): void {
    const [view, keys] = [this.#view, this.#keys!];
    const roots: readonly ParentNode[] = [view, view.renderRoot];
    // Whoever points at it or goes through it by keyboard, is asked something or reads a problem needs it.
    const isUsed = (view.matches(':hover') && keys.matches(':hover')) || roots.some((root) => root.querySelector(':focus-visible, dialog[open], .settings, .banner:not(:empty), [part~="start-button"]'));
    if (isUsed) this.#show();
    else keys.dataset['rest'] = 'resting';
  }
}
