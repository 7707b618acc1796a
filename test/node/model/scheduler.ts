import { seeded } from '../hub/seeded.js';
import type { HubClock } from '../../../src/hub/ports.js';

// One seed decides about everything that a network, a store, a browser and a clock may decide: what is late, what overtakes what. Time is virtual.

/** Taken before anything replaces the global ones. */
const immediate = setImmediate;
/** Everything that only waits for promises has run. */
const settled = (): Promise<void> => new Promise((resolve) => immediate(resolve));

/** On whose behalf a step runs: a tab (whose globals it sees, with which it dies), or nobody. */
export interface Owner {
  readonly dead: boolean;
  /** Until then nothing of it runs. */
  readonly frozenUntil: number;
  enter(): void;
}

/** What players of a part (connections, people) need of time and chance, virtual or real. */
export type Pace = Pick<Scheduler, 'now' | 'between' | 'chance' | 'at' | 'random' | 'owner'>;

interface Task {
  at: number;
  tie: number;
  run: (() => void) | null;
  readonly label: string;
  readonly owner: Owner | null;
}

const isBefore = (a: Task, b: Task): boolean => a.at < b.at || (a.at === b.at && a.tie < b.tie);

export class Scheduler implements HubClock {
  readonly random: () => number;
  /** Steps so far; with `trace` also what they were. */
  steps = 0;
  trace: string[] | null = null;
  owner: Owner | null = null;
  #now = 1_700_000_000_000;
  #heap: Task[] = [];
  #postponed = 0;

  constructor(seed: number) {
    this.random = seeded(seed);
  }

  now(): number {
    return this.#now;
  }

  /** Between these, evenly. */
  between(least: number, most: number): number {
    return least + this.random() * (most - least);
  }
  chance(probability: number): boolean {
    return this.random() < probability;
  }
  pick<T>(items: readonly T[]): T | undefined {
    return items[Math.floor(this.random() * items.length)];
  }

  setTimer(delayMs: number, run: () => void): () => void {
    return this.at(this.#now + Math.max(0, delayMs), 'timer', run);
  }

  /** Two due at the same moment run in either order. A step belongs to whoever planned it, unless said otherwise. */
  at(at: number, label: string, run: () => void, owner: Owner | null = this.owner): () => void {
    const task: Task = { at, tie: this.random(), run, label, owner };
    this.#push(task);
    return () => {
      task.run = null;
    };
  }

  /** Resolves later, on behalf of nobody: for stores. */
  later(delayMs: number, label: string): Promise<void> {
    return new Promise((resolve) => this.at(this.#now + delayMs, label, resolve, null));
  }

  /** Steps that are still to come, cancelled ones and those of dead tabs aside. */
  get pending(): number {
    return this.#heap.filter(({ run, owner }) => run && !owner?.dead).length;
  }

  async run(forMs: number): Promise<void> {
    await this.until(() => false, forMs);
  }

  /** Lets time pass until it holds (true) or so much has passed (false). */
  async until(holds: () => boolean, limitMs: number): Promise<boolean> {
    const end = this.#now + limitMs;
    await settled();
    for (;;) {
      if (holds()) return true;
      const task = this.#heap[0];
      if (!task || task.at > end) break;
      this.#pop();
      if (!task.run || task.owner?.dead) continue;
      if (task.owner && task.owner.frozenUntil > task.at) {
        // In the order they would have had.
        this.#push(Object.assign(task, { at: task.owner.frozenUntil, tie: -1e9 + this.#postponed++ }));
        continue;
      }
      this.#now = Math.max(this.#now, task.at);
      this.steps++;
      this.trace?.push(`${(this.#now - 1_700_000_000_000).toFixed(2)} ${task.label}`);
      const { run } = task;
      task.run = null;
      this.owner = task.owner;
      task.owner?.enter();
      run();
      await settled();
      this.owner = null;
    }
    this.#now = end;
    return holds();
  }

  /** Runs now on behalf of a tab, as a click of its user does. */
  async act<T>(owner: Owner, run: () => T): Promise<T> {
    if (this.owner) throw new Error('one step at a time');
    this.owner = owner;
    owner.enter();
    const result = run();
    await settled();
    this.owner = null;
    return result;
  }

  #push(task: Task): void {
    const heap = this.#heap;
    let at = heap.push(task) - 1;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      const above = heap[parent]!;
      if (isBefore(above, task)) break;
      heap[at] = above;
      at = parent;
    }
    heap[at] = task;
  }

  #pop(): void {
    const heap = this.#heap;
    const last = heap.pop()!;
    if (heap.length === 0) return;
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= heap.length) break;
      if (child + 1 < heap.length && isBefore(heap[child + 1]!, heap[child]!)) child++;
      if (isBefore(last, heap[child]!)) break;
      heap[at] = heap[child]!;
      at = child;
    }
    heap[at] = last;
  }
}
