/** Disjoint ranges in ascending order, so that no id is met twice; both ends belong to a range. */
export function mergeRanges(ranges: readonly { from: number; to: number }[]): [number, number][] {
  const merged: [number, number][] = [];
  for (const { from, to } of ranges.toSorted((a, b) => a.from - b.from)) {
    const last = merged.at(-1);
    if (last !== undefined && from <= last[1]) last[1] = Math.max(last[1], to);
    else merged.push([from, to]);
  }
  return merged;
}
