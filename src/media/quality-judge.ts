import type { CallQuality, QualityLevel, QualityReason, QualitySample } from './call-quality.js';

// (memory, sample, facts) → (memory, verdict). Pure. One bad sample is no news and one good one no relief: the median of three is judged, each figure leaves a grade
// later than it entered it, and what gets better must stay so for three samples.

/** What is known without measuring. */
export interface QualityFacts {
  /** The other side sends something at present. */
  readonly isReceiving: boolean;
  /** What this side has done about its picture. */
  readonly video: 'full' | 'reduced' | 'paused';
  /** The other side holds its picture back. */
  readonly isRemotePaused: boolean;
}

/** 0: nothing to notice, 1: noticeable, 2: it suffers. */
type Grade = 0 | 1 | 2;
type Figure = 'loss-sending' | 'loss-receiving' | 'round-trip' | 'bitrate';

export interface JudgeMemory {
  readonly window: readonly QualitySample[];
  readonly grades: { readonly [F in Figure]: Grade };
  /** Samples in a row in which nothing came, or, after that, something did. */
  readonly turns: number;
  /** Samples in a row that would say something better, or else, than the verdict does. */
  readonly pending: number;
  readonly verdict: CallQuality;
}

export const UNJUDGED: JudgeMemory = {
  window: [], grades: { 'loss-sending': 0, 'loss-receiving': 0, 'round-trip': 0, bitrate: 0 }, turns: 0, pending: 0,
  verdict: { level: 'unknown', reasons: [], rttMs: null },
};

const WINDOW = 3;
/** The median of fewer than two is an accident. */
const ENOUGH = 2;
const BETTER_AFTER = 3;
const LOST_AFTER = 2;
/** A figure leaves a grade at this share of where it entered. */
const LEAVE = 0.7;

const LEVELS = ['excellent', 'good', 'poor'] as const;
const RANK: { readonly [L in QualityLevel]: number } = { unknown: -1, excellent: 0, good: 1, poor: 2, lost: 3 };

/**
 * Where a figure enters grades 1 and 2. Loss: Opus conceals a few per cent, congestion control gives up bitrate from 2 % and sharply from 10 % on
 * (draft-ietf-rmcat-gcc-02, 6). Round trip: ITU-T G.114 calls 150 ms one way good and 400 ms the limit; devices and buffers take their part of it.
 * Bitrate: what a picture of 360 lines, and one of 180, need beside the sound; as a shortage, so that more is worse.
 */
const ENTER: { readonly [F in Figure]: readonly [number, number] } = {
  'loss-sending': [0.02, 0.06], 'loss-receiving': [0.02, 0.06], 'round-trip': [200, 450], bitrate: [1 / 400_000, 1 / 150_000],
};

const FIGURE: { readonly [F in Figure]: (sample: QualitySample) => number | null } = {
  'loss-sending': ({ sendingLoss }) => sendingLoss,
  'loss-receiving': ({ receivingLoss }) => receivingLoss,
  'round-trip': ({ rttMs }) => rttMs,
  bitrate: ({ isLimited, availableBps }) => (isLimited && availableBps !== null ? 1 / Math.max(1, availableBps) : 0),
};
const FIGURES = Object.keys(FIGURE) as Figure[];

function median(values: readonly (number | null)[]): number | null {
  const known = values.filter((value) => value !== null).sort((a, b) => a - b);
  // Of two the smaller: one bad sample is no news.
  return known[Math.ceil(known.length / 2) - 1] ?? null;
}

function grade(value: number | null, [noticeable, poor]: readonly [number, number], before: Grade): Grade {
  // Nobody knows any more: a loss that nothing is sent for is none.
  if (value === null) return 0;
  if (value > poor * (before === 2 ? LEAVE : 1)) return 2;
  return value > noticeable * (before > 0 ? LEAVE : 1) ? 1 : 0;
}

export function judge(memory: JudgeMemory, sample: QualitySample, { isReceiving, video, isRemotePaused }: QualityFacts): JudgeMemory {
  const { verdict, turns: before } = memory;
  const wasLost = verdict.level === 'lost';
  const comes = sample.connected && (sample.arrived > 0 || !isReceiving);
  const turns = comes === wasLost ? before + 1 : 0;
  const isLost = !sample.connected || (turns >= LOST_AFTER ? !wasLost : wasLost);

  // What was measured before, or while nothing came, says nothing of what is now.
  const window = isLost ? [] : [...memory.window, sample].slice(-WINDOW);
  const values = Object.fromEntries(FIGURES.map((figure) => [figure, median(window.map(FIGURE[figure]))])) as Record<Figure, number | null>;
  const grades = Object.fromEntries(FIGURES.map((figure) => [figure, grade(values[figure], ENTER[figure], memory.grades[figure])])) as Record<Figure, Grade>;

  const worst = Math.max(...Object.values(grades), video === 'paused' || isRemotePaused ? 2 : video === 'reduced' ? 1 : 0) as Grade;
  const level: QualityLevel = isLost ? 'lost' : window.length < ENOUGH && !wasLost ? verdict.level : LEVELS[worst]!;
  const reasons: QualityReason[] = isLost ? ['nothing-arrives'] : FIGURES.filter((figure) => grades[figure] > 0).sort((a, b) => grades[b] - grades[a]);
  if (video !== 'full') reasons.push(`video-${video}`);
  if (isRemotePaused) reasons.push('remote-video-paused');
  if (sample.isRelayed !== null) reasons.push(sample.isRelayed ? 'relayed' : 'direct');

  const next = { level, reasons, rttMs: values['round-trip'] === null ? null : Math.round(values['round-trip']) };
  const isSame = level === verdict.level && reasons.join() === verdict.reasons.join();
  const kept = { window, grades, turns: isLost === wasLost ? turns : 0 };
  if (level === 'unknown' || isSame) return { ...kept, pending: 0, verdict };
  // What somebody has done is said at once, and so is what got worse.
  const isTold = (['video-paused', 'remote-video-paused'] as const).some((told) => reasons.includes(told) !== verdict.reasons.includes(told));
  const isAtOnce = isTold || RANK[level] > RANK[verdict.level] || wasLost;
  const pending = memory.pending + 1;
  return isAtOnce || pending >= BETTER_AFTER ? { ...kept, pending: 0, verdict: next } : { ...kept, pending, verdict };
}
