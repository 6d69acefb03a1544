import type { Core } from './discover-cores.ts';

/** The cores of one slot, and the smallest thing of the node that holds them all. */
export interface Cut {
  cores: Core[];
  inside: 'l3' | 'numaNode' | 'node';
}

/** Splits cores by a border, in ascending order of the border and of the CPU number. */
export function groupBy(cores: readonly Core[], border: 'numaNode' | 'l3'): Core[][] {
  const groups = new Map<number, Core[]>();
  for (const core of cores.toSorted((a, b) => a[border] - b[border] || a.cpu - b.cpu)) {
    groups.set(core[border], [...(groups.get(core[border]) ?? []), core]);
  }
  return [...groups.values()];
}

/** The size that most groups have or exceed: one group that lost cores to a mask does not change what is usual. */
export function usualSize(groups: readonly (readonly Core[])[]): number {
  const sizes = groups.map((group) => group.length).toSorted((a, b) => b - a);
  return sizes[Math.floor((sizes.length - 1) / 2)] ?? 0;
}

/**
 * Cuts sets of `size` cores: as many as fit inside one L3 cache, then inside one NUMA node, then anywhere; the best first.
 * @param options.mayStraddle false: none across a border if that size fits inside it
 * @param options.fromTop leaves the lowest cores of each group over, where systems do their own work
 */
export function cutCores(
  cores: readonly Core[],
  size: number,
  options: { mayStraddle: boolean; fromTop: boolean },
): Cut[] {
  const numaNodes = groupBy(cores, 'numaNode');
  const fitsL3 = size <= usualSize(groupBy(cores, 'l3'));
  const fitsNumaNode = size <= usualSize(numaNodes);
  const inL3: Cut[] = [];
  const inNumaNode: Cut[] = [];
  const leftOfNodes: Core[] = [];
  for (const numaNode of numaNodes) {
    const first = cutGroups(groupBy(numaNode, 'l3'), size, options.fromTop);
    inL3.push(...first.cuts.map((cut) => ({ cores: cut, inside: 'l3' as const })));
    const second = cutGroups([first.left], size, options.fromTop);
    inNumaNode.push(...second.cuts.map((cut) => ({ cores: cut, inside: 'numaNode' as const })));
    leftOfNodes.push(...second.left);
  }
  const anywhere = cutGroups([leftOfNodes], size, options.fromTop).cuts.map((cut) => ({
    cores: cut,
    inside: 'node' as const,
  }));
  if (options.mayStraddle || !fitsNumaNode) return [...inL3, ...inNumaNode, ...anywhere];
  return fitsL3 ? inL3 : [...inL3, ...inNumaNode];
}

function cutGroups(
  groups: readonly (readonly Core[])[],
  size: number,
  fromTop: boolean,
): { cuts: Core[][]; left: Core[] } {
  const cuts: Core[][] = [];
  const left: Core[] = [];
  for (const group of groups) {
    const count = Math.floor(group.length / size);
    const start = fromTop ? group.length - count * size : 0;
    for (let index = 0; index < count; index++)
      cuts.push(group.slice(start + index * size, start + (index + 1) * size));
    left.push(...group.slice(0, start), ...group.slice(start + count * size));
  }
  return { cuts, left };
}
