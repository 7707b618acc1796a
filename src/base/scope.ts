/** Collects the ends of what was started: timers, listeners, tracks. Closing runs them once, last first; one that throws does not keep the others from running. */
export class Scope {
  #ends: (() => void)[] = [];
  #closed = false;

  get closed(): boolean {
    return this.#closed;
  }

  /** Runs `end` when the scope closes, at once if it has. */
  add(end: () => void): void {
    if (this.#closed) end();
    else this.#ends.push(end);
  }

  /** Listens until the scope closes. */
  listen(target: EventTarget, type: string, listener: (event: Event) => void, options?: AddEventListenerOptions): void {
    target.addEventListener(type, listener, options);
    this.add(() => target.removeEventListener(type, listener, options));
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    for (const end of this.#ends.splice(0).reverse()) {
      try {
        end();
      } catch (error) {
        queueMicrotask(() => {
          throw error;
        });
      }
    }
  }
}
