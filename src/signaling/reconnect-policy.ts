/** Milliseconds to wait before try number `failures + 1`, after so many failed in a row. */
export type ReconnectPolicy = (failures: number) => number;

const DELAYS_MS = [0, 300, 1000, 2000];
/** A longer cap breaks "back within 5 s of the server" half the time. */
const LONGEST_DELAY_MS = 3000;

/** 0, 0.3, 1, 2, 3, 3 … seconds, ±50 % so that a room does not come back in one wave; for ever, as long as the tab lives. */
export function createReconnectPolicy(random: () => number = Math.random): ReconnectPolicy {
  return (failures) => (DELAYS_MS[failures] ?? LONGEST_DELAY_MS) * (0.5 + random());
}
