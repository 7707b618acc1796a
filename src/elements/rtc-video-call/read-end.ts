import type { CallApi } from './call-api.js';

// Part of the lazy view: how a call ended stays on show while somebody is at it.

/** Of one call view, as long as it lives. */
export class EndReader {
  readonly #view: CallApi;
  /** What was last used here; a finger leaves its hover behind. */
  #pointerType: string | undefined;

  constructor(view: CallApi) {
    this.#view = view;
    for (const type of ['pointermove', 'pointerdown'] as const) view.addEventListener(type, ({ pointerType }) => (this.#pointerType = pointerType), { capture: true, passive: true });
  }

  /** After every drawing. */
  update(): void {
    if (this.#view.state === 'ended') this.#view.bound?.holdEnded(this.#isRead);
  }

  /** Somebody is there with the pointer or, by keyboard, the focus. */
  readonly #isRead = (): boolean => {
    const view = this.#view;
    const points = this.#pointerType ? this.#pointerType !== 'touch' : matchMedia('(hover: hover)').matches;
    return (view.matches(':hover') && points) || [view, view.renderRoot].some((root) => root.querySelector(':focus-visible') !== null);
  };
}
