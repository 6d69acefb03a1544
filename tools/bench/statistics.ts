/** The value below which `share` (0 to 1) of the values lie, by the nearest rank; NaN of nothing. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? Number.NaN;
}

export function median(values: readonly number[]): number {
  return quantile(values, 0.5);
}

/** A value and its floor, measured one right after the other. */
export interface Round {
  value: number;
  floor: number;
}

/** The round with the median ratio. A noisy machine slows both of a pair, so the ratio is steadier than either. */
export function pickMedianRound(rounds: readonly Round[]): Round {
  const sorted = rounds.toSorted((a, b) => a.value / a.floor - b.value / b.floor);
  return sorted[Math.floor((sorted.length - 1) / 2)] ?? { value: Number.NaN, floor: Number.NaN };
}

/** Elapsed seconds of `work`. */
export async function timeSeconds(work: () => unknown): Promise<number> {
  const startedAtMs = performance.now();
  await work();
  return (performance.now() - startedAtMs) / 1000;
}
