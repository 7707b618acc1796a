import type { QualitySample } from '../../../src/media/call-quality.js';

const FINE: QualitySample = {
  atMs: 0, connected: true, arrived: 100, receivingLoss: 0, sendingLoss: 0, rttMs: 20, availableBps: 2_000_000, isLimited: false, isRelayed: false,
};

/** One sample every two seconds from `fromMs` on, each fine but for what is given. */
export const samples = (changes: readonly Partial<QualitySample>[], fromMs = 0): QualitySample[] => changes.map((each, index) => ({ ...FINE, atMs: fromMs + index * 2_000, ...each }));

export const times = <T>(count: number, value: T): T[] => Array.from({ length: count }, () => value);
