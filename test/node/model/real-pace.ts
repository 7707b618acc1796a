import { seeded } from '../hub/seeded.js';
import type { Pace } from './scheduler.js';

/** Real time, with the chances of a seed. */
export function realPace(seed: number): Pace & { close(): void } {
  const random = seeded(seed);
  const timers = new Set<NodeJS.Timeout>();
  return {
    random,
    owner: null,
    now: () => Date.now(),
    between: (least, most) => least + random() * (most - least),
    chance: (probability) => random() < probability,
    at(at, _label, run) {
      const timer = setTimeout(() => {
        timers.delete(timer);
        run();
      }, Math.max(0, at - Date.now()));
      timers.add(timer);
      return () => {
        timers.delete(timer);
        clearTimeout(timer);
      };
    },
    close() {
      for (const timer of timers) clearTimeout(timer);
    },
  };
}
