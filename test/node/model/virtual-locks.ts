import type { Owner, Scheduler } from './scheduler.js';

interface Wanted {
  readonly name: string;
  readonly owner: Owner | null;
  readonly run: () => Promise<unknown>;
  readonly done: (value: unknown) => void;
}

/** Web Locks among the tabs of one browser: exclusive, first come first served, given back by a tab that dies. */
export class VirtualLocks {
  readonly #scheduler: Scheduler;
  readonly #held = new Map<string, Owner | null>();
  #queue: Wanted[] = [];

  constructor(scheduler: Scheduler) {
    this.#scheduler = scheduler;
  }

  request(name: string, { signal }: { signal: AbortSignal }, run: () => Promise<unknown>): Promise<unknown> {
    return new Promise((done, fail) => {
      const wanted: Wanted = { name, owner: this.#scheduler.owner, run, done };
      this.#queue.push(wanted);
      signal.addEventListener('abort', () => {
        if (!this.#queue.includes(wanted)) return;
        this.#queue = this.#queue.filter((each) => each !== wanted);
        fail(signal.reason);
      });
      this.#next();
    });
  }

  /** The tab is gone. */
  giveBack(owner: Owner): void {
    this.#queue = this.#queue.filter((each) => each.owner !== owner);
    for (const [name, holder] of this.#held) if (holder === owner) this.#held.delete(name);
    this.#next();
  }

  #next(): void {
    for (const wanted of [...this.#queue]) {
      const { name, owner, run, done } = wanted;
      if (this.#held.has(name)) continue;
      this.#held.set(name, owner);
      this.#queue = this.#queue.filter((each) => each !== wanted);
      this.#scheduler.at(this.#scheduler.now(), `lock ${name}`, () => {
        void run().then((value) => {
          done(value);
          if (this.#held.get(name) === owner) this.#held.delete(name);
          this.#next();
        });
      }, owner);
    }
  }
}
