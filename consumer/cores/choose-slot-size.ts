import { groupBy, usualSize } from './cut-cores.ts';
import type { Core } from './discover-cores.ts';

/** More ranks hardly make a calculation faster: RI-DFT scales to about 16 (ORCA manual). */
const mostCores = 16;
/** With fewer, the memory of one job becomes the limit, and there are more jobs to keep track of. */
const leastCores = 8;

/** Sizes of a slot that suit these cores, the largest first: 8 to 16, inside a NUMA node, and splitting no L3 cache. */
export function listSlotSizes(cores: readonly Core[]): number[] {
  const most = Math.max(1, Math.min(mostCores, usualSize(groupBy(cores, 'numaNode'))));
  const least = Math.min(leastCores, most);
  const sizes = Array.from({ length: most - least + 1 }, (_, index) => most - index);
  const l3Size = Math.max(1, usualSize(groupBy(cores, 'l3')));
  const whole = sizes.filter((size) => size <= l3Size || size % l3Size === 0);
  return whole.length > 0 ? whole : sizes;
}

/**
 * Cores per slot when nobody says: the size that leaves the fewest cores idle, among equals the larger. Four NUMA nodes of 24
 * cores with caches of 8 give 8, not 16 with a third of the node idle.
 * @param usedBy how many cores are in slots of that size
 */
export function chooseSlotSize(sizes: readonly number[], usedBy: (size: number) => number): number {
  return sizes.toSorted((a, b) => b - a).reduce((best, size) => (usedBy(size) > usedBy(best) ? size : best));
}
