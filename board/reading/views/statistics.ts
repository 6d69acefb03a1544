/** Numbers about numbers, for the views. */

export interface Named {
  recordId: number;
  name: string | null;
  value: number;
}

export interface Outlier extends Named {
  /** How many robust standard deviations it lies from the median. */
  score: number;
}

/** The value below which `share` of the sorted values lie. */
export function quantile(sorted: readonly number[], share: number): number {
  if (sorted.length === 0) return Number.NaN;
  const place = (sorted.length - 1) * share;
  const [low, high] = [sorted[Math.floor(place)] ?? 0, sorted[Math.ceil(place)] ?? 0];
  return low + (high - low) * (place - Math.floor(place));
}

export const median = (values: readonly number[]): number =>
  quantile(
    values.toSorted((a, b) => a - b),
    0.5,
  );

/** Fewer say nothing about what is usual. */
const enough = 8;
const farOut = 6;

/** Values far from the median, in units of the median absolute deviation scaled to a standard deviation; the farthest first. */
export function findOutliers(values: readonly Named[], most = 5): Outlier[] {
  if (values.length < enough) return [];
  const middle = median(values.map(({ value }) => value));
  const spread = 1.4826 * median(values.map(({ value }) => Math.abs(value - middle)));
  // Where most values are the same, the size of the value itself is the measure.
  const unit = spread > 0 ? spread : Math.max(Math.abs(middle) * 1e-6, 1e-9);
  return values
    .map((one) => ({ ...one, score: Math.abs(one.value - middle) / unit }))
    .filter(({ score }) => score > farOut)
    .toSorted((one, other) => other.score - one.score)
    .slice(0, most);
}

export interface Bin {
  from: number;
  to: number;
  count: number;
}

/** Equal pieces from the 1st to the 99th percentile; what lies outside falls into the first or the last. */
export function binValues(values: readonly number[], count = 30): Bin[] {
  const sorted = values.toSorted((a, b) => a - b);
  if (sorted.length === 0) return [];
  const [low, high] = [quantile(sorted, 0.01), quantile(sorted, 0.99)];
  const width = high > low ? (high - low) / count : Math.max(Math.abs(low) * 0.01, 1e-9);
  const bins = Array.from({ length: high > low ? count : 1 }, (_, index) => ({
    from: low + index * width,
    to: low + (index + 1) * width,
    count: 0,
  }));
  for (const value of sorted) {
    const bin = bins[Math.min(bins.length - 1, Math.max(0, Math.floor((value - low) / width)))];
    if (bin) bin.count += 1;
  }
  return bins;
}
