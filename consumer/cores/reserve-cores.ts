import { groupBy } from './cut-cores.ts';
import type { Core } from './discover-cores.ts';

const rank = (core: Core, ranks: Map<Core, number>): number => ranks.get(core) ?? 0;

/**
 * Chooses `count` cores that slots leave free, spread as sites do it: the first core of one L3 cache after the other, from
 * NUMA node to NUMA node, then the second ones. Their interrupts and daemons run there, and no cache loses more than others.
 */
export function spreadReserve(cores: readonly Core[], count: number): { reserved: Core[]; kept: Core[] } {
  const rankInL3 = new Map<Core, number>();
  const rankOfL3 = new Map<Core, number>();
  for (const numaNode of groupBy(cores, 'numaNode')) {
    for (const [l3Rank, l3] of groupBy(numaNode, 'l3').entries()) {
      for (const [position, core] of l3.entries()) {
        rankInL3.set(core, position);
        rankOfL3.set(core, l3Rank);
      }
    }
  }
  const inOrder = cores.toSorted(
    (a, b) =>
      rank(a, rankInL3) - rank(b, rankInL3) ||
      rank(a, rankOfL3) - rank(b, rankOfL3) ||
      a.numaNode - b.numaNode ||
      a.cpu - b.cpu,
  );
  const reserved = inOrder.slice(0, count);
  return { reserved, kept: cores.filter((core) => !reserved.includes(core)) };
}
