/** Keeps the screen on while that is wanted and the page is shown; the browser takes the lock away whenever the page is hidden, and where the battery is low. */
export class ScreenLock {
  #wanted = false;
  #asking = false;
  #lock: WakeLockSentinel | null = null;

  /** Also to be called when the page is shown again. */
  want(wanted: boolean): void {
    this.#wanted = wanted;
    if (!wanted) {
      void this.#lock?.release().catch(() => {});
      this.#lock = null;
    } else if (!this.#asking && (this.#lock?.released ?? true) && document.visibilityState === 'visible') void this.#ask();
  }

  async #ask(): Promise<void> {
    this.#asking = true;
    // Refused, or not there: the screen may go dark.
    const lock = await navigator.wakeLock?.request('screen').catch(() => null);
    this.#asking = false;
    this.#lock = lock ?? null;
    if (!this.#wanted) this.want(false);
  }
}
