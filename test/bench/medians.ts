/** Linear interpolation between the sorted values; NaN of nothing. */
export function quantile(values: readonly number[], q: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  const at = (sorted.length - 1) * q;
  const low = sorted[Math.floor(at)] ?? NaN;
  const high = sorted[Math.ceil(at)] ?? NaN;
  return low + (high - low) * (at - Math.floor(at));
}

export const median = (values: readonly number[]) => quantile(values, 0.5);

/** `median [lower quartile–upper quartile]` */
export function spread(values: readonly number[], digits = 0): string {
  return `${median(values).toFixed(digits)} [${quantile(values, 0.25).toFixed(digits)}–${quantile(values, 0.75).toFixed(digits)}]`;
}

/** Ratio of medians, and the median of the ratios within each round, against a target. */
export function ratioLine(ours: readonly number[], theirs: readonly number[], target: number): string {
  const ratio = median(ours) / median(theirs);
  const paired = ours.map((value, round) => value / (theirs[round] ?? NaN));
  return `ratio of medians ${ratio.toFixed(2)} (target ${target.toFixed(2)}: ${ratio <= target ? 'met' : 'NOT met'}); paired ${spread(paired, 2)}`;
}
