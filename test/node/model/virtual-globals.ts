import type { Scheduler } from './scheduler.js';
import type { Tab } from './tab.js';
import type { VirtualLocks } from './virtual-locks.js';

// The session code says `setTimeout`, `Date.now()`, `sessionStorage`, `navigator.locks` and `window` like any page. While a world runs these are the tab's own.

type Undo = () => void;

function replace(target: object, name: string, descriptor: PropertyDescriptor): Undo {
  const before = Object.getOwnPropertyDescriptor(target, name);
  Object.defineProperty(target, name, { configurable: true, ...descriptor });
  return () => {
    if (before) Object.defineProperty(target, name, before);
    else Reflect.deleteProperty(target, name);
  };
}

/** Puts virtual time, chance and tabs in the place of the real ones; the result takes them back. */
export function installVirtualGlobals(scheduler: Scheduler, locks: VirtualLocks): Undo {
  let next = 1;
  const timers = new Map<number, () => void>();
  const clear = (id: number | undefined): void => {
    timers.get(id ?? 0)?.();
    timers.delete(id ?? 0);
  };
  const start = (delayMs: number, run: () => void): number => {
    const id = next++;
    timers.set(id, scheduler.setTimer(delayMs, run));
    return id;
  };
  const tab = (): Tab | null => scheduler.owner as Tab | null;
  const undo = [
    replace(globalThis, 'setTimeout', {
      value: (run: () => void, delayMs = 0): number => {
        const id: number = start(delayMs, () => (timers.delete(id), run()));
        return id;
      },
    }),
    replace(globalThis, 'clearTimeout', { value: clear }),
    replace(globalThis, 'setInterval', {
      value: (run: () => void, delayMs: number): number => {
        const again = (): void => {
          timers.set(id, scheduler.setTimer(delayMs, again));
          run();
        };
        const id: number = start(delayMs, again);
        return id;
      },
    }),
    replace(globalThis, 'clearInterval', { value: clear }),
    replace(Date, 'now', { value: () => scheduler.now() }),
    replace(AbortSignal, 'timeout', {
      value: (ms: number) => {
        const controller = new AbortController();
        scheduler.setTimer(ms, () => controller.abort(new DOMException('patience', 'TimeoutError')));
        return controller.signal;
      },
    }),
    replace(crypto, 'getRandomValues', {
      value: (bytes: Uint8Array) => {
        for (let at = 0; at < bytes.length; at++) bytes[at] = Math.floor(scheduler.random() * 256);
        return bytes;
      },
    }),
    replace(globalThis, 'window', { get: () => tab()?.window }),
    replace(globalThis, 'sessionStorage', { get: () => tab()?.storage }),
    replace(globalThis, 'navigator', { value: { locks } }),
  ];
  return () => {
    for (const each of undo.reverse()) each();
  };
}
