import type { QualitySample } from './call-quality.js';

// (state, sample) → state: how much of the own picture is sent. Pure; time comes with the samples. Only what this side sends is its to change, so only what the other
// side reports of it and what congestion control thinks of the way there count. Down in steps while it is bad, up slowly, and slower after a step that failed.

/** What yields last. */
export type Priority = 'audio' | 'video';

/** What is sent at most; what is left out is free. */
export interface VideoLimits {
  readonly isPaused?: boolean;
  readonly videoBps?: number;
  readonly scaleDownBy?: number;
  readonly framesPerSecond?: number;
  readonly audioBps?: number;
}

export interface LadderState {
  /** 0: nothing is held back. */
  readonly rung: number;
  readonly bad: number;
  /** Since when it has been good without a break; null while it is not. */
  readonly goodSinceMs: number | null;
  readonly changedAtMs: number | null;
  readonly hasClimbed: boolean;
  /** How long it must be good before the next step up. */
  readonly patienceMs: number;
}

const SMALLER: readonly VideoLimits[] = [
  { videoBps: 600_000, scaleDownBy: 1.5, framesPerSecond: 24 },
  { videoBps: 250_000, scaleDownBy: 2, framesPerSecond: 15 },
  { videoBps: 100_000, scaleDownBy: 4, framesPerSecond: 10 },
];
/** Opus at this rate is still easily understood (RFC 6716, 2.1.1: wideband speech at 16 to 20 kbit/s). */
const AUDIO_BPS = 16_000;

/** Sound first: the picture shrinks, then stops. Picture first: the sound gets less, then the picture shrinks; it never stops. */
const RUNGS: { readonly [P in Priority]: readonly VideoLimits[] } = {
  audio: [{}, ...SMALLER, { isPaused: true }],
  video: [{}, ...[{}, ...SMALLER].map((limits) => ({ ...limits, audioBps: AUDIO_BPS }))],
};
const LAST = RUNGS.audio.length - 1;

const FIRST_PATIENCE_MS = 10_000;
const MOST_PATIENCE_MS = 60_000;
/** A step up that is taken back within this time has failed. */
const TRIAL_MS = 15_000;
/** How long congestion control takes to find out what the network carries now. */
const SETTLE_MS = 6_000;
const BAD_LOSS = 0.08;
const TERRIBLE_LOSS = 0.2;
const GOOD_LOSS = 0.03;
const BAD_RTT_MS = 1_200;
const GOOD_RTT_MS = 600;
/** Without limits of ours: less than this and congestion control alone no longer saves the sound. */
const FREE_FLOOR_BPS = 200_000;

export const FREE: LadderState = { rung: 0, bad: 0, goodSinceMs: null, changedAtMs: null, hasClimbed: false, patienceMs: FIRST_PATIENCE_MS };

/** What a rung means; text on a shared screen must stay legible, so it loses frames rather than size. */
export function limitsOf({ rung }: LadderState, priority: Priority, isScreen: boolean): VideoLimits {
  const limits = RUNGS[priority][rung]!;
  if (!isScreen || !limits.scaleDownBy) return limits;
  return { ...limits, scaleDownBy: Math.max(1, limits.scaleDownBy / 2), framesPerSecond: Math.round(limits.framesPerSecond! / 3) };
}

export const videoOf = ({ isPaused, scaleDownBy }: VideoLimits): 'full' | 'reduced' | 'paused' => (isPaused ? 'paused' : scaleDownBy ? 'reduced' : 'full');

/** 0, 1: bad, 2: terrible. */
function badness({ sendingLoss, rttMs, availableBps, isLimited }: QualitySample, { videoBps, isPaused }: VideoLimits, hasSettled: boolean): number {
  const floor = videoBps ? videoBps / 2 : FREE_FLOOR_BPS;
  const isStarved = hasSettled && !isPaused && isLimited && availableBps !== null && availableBps < floor;
  if ((sendingLoss ?? 0) > TERRIBLE_LOSS) return 2;
  return (sendingLoss ?? 0) > BAD_LOSS || (rttMs ?? 0) > BAD_RTT_MS || isStarved ? 1 : 0;
}

/** `isSending`: there is a picture to send; without one nothing is learned and nothing changes. */
export function stepLadder(state: LadderState, sample: QualitySample, priority: Priority, isSending: boolean): LadderState {
  const { atMs, sendingLoss, rttMs } = sample;
  const { rung, goodSinceMs, patienceMs } = state;
  const changedAtMs = state.changedAtMs ?? atMs;
  // Of a broken connection the figures are old; what to do about it is recovery's.
  if (!isSending || !sample.connected) return { ...state, changedAtMs, bad: 0, goodSinceMs: null };
  const limits = RUNGS[priority][rung]!;
  const worse = badness(sample, limits, atMs - changedAtMs >= SETTLE_MS);
  if (worse) {
    const bad = state.bad + worse;
    if (bad < 2 || rung === LAST) return { ...state, changedAtMs, bad, goodSinceMs: null };
    const hasFailed = state.hasClimbed && atMs - changedAtMs < TRIAL_MS;
    return {
      rung: rung + 1, bad: 0, goodSinceMs: null, changedAtMs: atMs, hasClimbed: false,
      patienceMs: hasFailed ? Math.min(patienceMs * 2, MOST_PATIENCE_MS) : patienceMs,
    };
  }
  // No report since the last sample is no bad one.
  const isGood = (sendingLoss ?? 0) < GOOD_LOSS && (rttMs ?? 0) < GOOD_RTT_MS;
  const since = isGood ? goodSinceMs ?? atMs : null;
  const next = { ...state, changedAtMs, bad: sendingLoss === null ? state.bad : 0, goodSinceMs: since };
  if (since === null || rung === 0 || atMs - since < patienceMs) {
    // What has held for so long is no trial any more.
    return atMs - changedAtMs >= TRIAL_MS && state.hasClimbed ? { ...next, hasClimbed: false, patienceMs: FIRST_PATIENCE_MS } : next;
  }
  return { ...next, rung: rung - 1, bad: 0, goodSinceMs: atMs, changedAtMs: atMs, hasClimbed: true };
}
