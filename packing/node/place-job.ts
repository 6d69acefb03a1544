/** Which free cores a job gets: inside one L3 cache where one has room, else inside one NUMA node, else anywhere. */
import type { PackedCore, PackedNode, Placement } from './node-state.ts';

/**
 * Best fit: of the caches or NUMA nodes with room the fullest one, so that large free pieces stay whole.
 * @param free CPU numbers that nothing runs on
 * @returns undefined when there is no room
 */
export function placeJob(node: PackedNode, free: ReadonlySet<number>, cores: number): Placement | undefined {
  if (node.fixedSlots !== null) return placeInSlot(node, node.fixedSlots, free, cores);
  const left = node.cores.filter(({ cpu }) => free.has(cpu));
  if (cores < 1 || left.length < cores) return undefined;
  const nodes = split(left, 'numaNode');
  const roomOf = new Map(nodes.map((group) => [group[0]?.numaNode, group.length]));
  const room = (group: Group): number => roomOf.get(group[0]?.numaNode) ?? 0;
  const inCache = split(left, 'l3')
    .filter((group) => group.length >= cores)
    .toSorted((a, b) => a.length - b.length || room(a) - room(b) || lowest(a) - lowest(b))[0];
  if (inCache) return { cpus: cpusOf(inCache.slice(0, cores)), inside: 'l3' };
  const inNode = nodes
    .filter((group) => group.length >= cores)
    .toSorted((a, b) => a.length - b.length || lowest(a) - lowest(b))[0];
  if (inNode) return { cpus: takeCaches(inNode, cores), inside: 'numaNode' };
  return { cpus: takeNodes(nodes, cores), inside: 'node' };
}

type Group = readonly PackedCore[];

function placeInSlot(
  node: PackedNode,
  slots: readonly (readonly number[])[],
  free: ReadonlySet<number>,
  cores: number,
): Placement | undefined {
  const slot = slots
    .filter((cpus) => cpus.length >= cores && cpus.every((cpu) => free.has(cpu)))
    .toSorted((a, b) => a.length - b.length || (a[0] ?? 0) - (b[0] ?? 0))[0];
  return slot && { cpus: [...slot], inside: insideOf(node, slot) };
}

/** The smallest thing of the node that holds these cores. */
export function insideOf(node: PackedNode, cpus: readonly number[]): Placement['inside'] {
  const cores = node.cores.filter(({ cpu }) => cpus.includes(cpu));
  if (split(cores, 'l3').length <= 1) return 'l3';
  return split(cores, 'numaNode').length <= 1 ? 'numaNode' : 'node';
}

/** Whole caches first, the last piece from the fullest cache that has enough. */
function takeCaches(group: Group, cores: number): number[] {
  const taken: PackedCore[] = [];
  let caches = split(group, 'l3').toSorted((a, b) => b.length - a.length || lowest(a) - lowest(b));
  while (taken.length < cores) {
    const missing = cores - taken.length;
    const whole = caches.find((cache) => cache.length <= missing);
    const last = caches.findLast((cache) => cache.length >= missing);
    const next =
      whole && (whole.length === missing || !last || whole.length >= last.length) ? whole : (last ?? whole);
    if (!next) break;
    taken.push(...next.slice(0, missing));
    caches = caches.filter((cache) => cache !== next);
  }
  return cpusOf(taken);
}

/** Over as few NUMA nodes as possible, the emptiest first. */
function takeNodes(nodes: readonly Group[], cores: number): number[] {
  const taken: number[] = [];
  for (const group of nodes.toSorted((a, b) => b.length - a.length || lowest(a) - lowest(b))) {
    const missing = cores - taken.length;
    if (missing > 0) taken.push(...takeCaches(group, Math.min(missing, group.length)));
  }
  return taken.toSorted((a, b) => a - b);
}

function split(cores: Group, border: 'numaNode' | 'l3'): Group[] {
  const groups = new Map<string, PackedCore[]>();
  for (const core of cores.toSorted((a, b) => a.cpu - b.cpu)) {
    // A cache never spans NUMA nodes; where a machine says so, the border that counts is the NUMA node.
    const key = border === 'l3' ? `${core.numaNode}/${core.l3}` : String(core.numaNode);
    groups.set(key, [...(groups.get(key) ?? []), core]);
  }
  return [...groups.values()];
}

const lowest = (group: Group): number => group[0]?.cpu ?? 0;
const cpusOf = (cores: Group): number[] => cores.map(({ cpu }) => cpu).toSorted((a, b) => a - b);
