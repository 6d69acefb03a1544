import { cutCores, groupBy, usualSize } from './cut-cores.ts';
import type { Core } from './discover-cores.ts';

/** More ranks hardly make a calculation faster: RI-DFT scales to about 16 (ORCA manual). */
const mostCores = 16;
/** With fewer, the memory of one job becomes the limit, and there are more jobs to keep track of. */
const leastCores = 8;

/**
 * Cores per slot when nobody says: 8 to 16, so that slots split no L3 cache and leave as few cores idle as possible; among
 * equals the larger. Four NUMA nodes of 24 cores with caches of 8 give 8, not 16 with a third of the node idle.
 */
export function chooseSlotSize(cores: readonly Core[]): number {
  const most = Math.max(1, Math.min(mostCores, usualSize(groupBy(cores, 'numaNode'))));
  const least = Math.min(leastCores, most);
  const sizes = Array.from({ length: most - least + 1 }, (_, index) => most - index);
  const l3Size = Math.max(1, usualSize(groupBy(cores, 'l3')));
  const splitsNoL3 = (size: number): boolean => size <= l3Size || size % l3Size === 0;
  const candidates = sizes.some(splitsNoL3) ? sizes.filter(splitsNoL3) : sizes;
  const usedBy = (size: number): number =>
    size * cutCores(cores, size, { mayStraddle: false, fromTop: false }).length;
  return candidates.reduce((best, size) => (usedBy(size) > usedBy(best) ? size : best));
}
