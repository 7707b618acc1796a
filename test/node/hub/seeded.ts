/** A reproducible source of chance (mulberry32): numbers in [0, 1). */
export function seeded(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** A source of chance that can be started anew with another seed while others hold on to it. */
export class Chance {
  #random: () => number = seeded(0);
  readonly next = (): number => this.#random();

  reseed(seed: number): void {
    this.#random = seeded(seed);
  }
}

/** Waits a number of promise turns, up to `most`. */
export async function hops(random: () => number, most = 3): Promise<void> {
  for (let left = Math.floor(random() * (most + 1)); left > 0; left--) await null;
}

/** The same store, but each call starts late and its answer comes late, by a random number of turns: what a network does to the order of things. */
export function yielding<T extends object>(store: T, random: () => number): T {
  return new Proxy(store, {
    get(target, name) {
      const method: unknown = Reflect.get(target, name);
      if (typeof method !== 'function') return method;
      return async (...values: unknown[]) => {
        await hops(random);
        const result: unknown = await Reflect.apply(method, target, values);
        await hops(random);
        return result;
      };
    },
  });
}
