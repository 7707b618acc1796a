import type { HubClock } from '../hub/ports.js';

/** Real time, for the signaling client and for the hub of a `local:` room. */
export const systemClock: HubClock = {
  now: () => Date.now(),
  setTimer(delayMs, run) {
    const timer = setTimeout(run, delayMs);
    return () => clearTimeout(timer);
  },
};
