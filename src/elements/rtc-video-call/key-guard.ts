const DEAF_MS = 500;

/**
 * Keeps a key that was meant for something else from pressing a button that has just appeared: Enter and Space are ignored in its first 500 ms, and a key
 * that is held down never counts. Pointers always count.
 */
export class KeyGuard {
  #since = -Infinity;
  #swallowed = false;

  /** The buttons have just appeared. */
  restart(): void {
    this.#since = performance.now();
  }

  readonly onKey = (event: KeyboardEvent): void => {
    if (event.key !== 'Enter' && event.key !== ' ') return;
    if (event.type === 'keydown') this.#swallowed = event.repeat || event.timeStamp - this.#since < DEAF_MS;
    // The release too: a button fires at the release of Space, wherever the press was.
    if (this.#swallowed) event.preventDefault();
  };
}
