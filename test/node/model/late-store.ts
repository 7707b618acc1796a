import type { Scheduler } from './scheduler.js';

/** The same store over a network: each call arrives late, its answer comes late, and neither by the same time. `mostMs` one way. */
export function late<T extends object>(store: T, scheduler: Scheduler, mostMs = 12): T {
  const wait = async (label: string): Promise<void> => {
    if (scheduler.chance(0.5)) await scheduler.later(scheduler.between(0, mostMs), label);
  };
  return new Proxy(store, {
    get(target, name) {
      const method: unknown = Reflect.get(target, name);
      if (typeof method !== 'function') return method;
      return async (...values: unknown[]) => {
        await wait(`store ${String(name)}`);
        const result: unknown = await Reflect.apply(method, target, values);
        await wait(`store answers ${String(name)}`);
        return result;
      };
    },
  });
}
