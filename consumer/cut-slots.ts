import { OactError } from '../core/errors.ts';
import type { Core } from './discover-cores.ts';

/** A fixed set of cores that runs one ORCA at a time. */
export interface Slot {
  /** Counted from 0. */
  slot: number;
  /** CPU numbers, ascending. */
  cores: number[];
}

export interface SlotRequest {
  slots: number | null;
  coresPerSlot: number | null;
  reserveCores: number;
  /** Let slots share cores: for tests and sleeping jobs, never for ORCA. */
  oversubscribe?: boolean;
}

/** Cores an ORCA job gets when nobody says: RI-DFT scales to about 16 (ORCA manual). */
const usualCoresPerSlot = 16;

/** Splits cores by a border, in ascending order of the border and of the CPU number. */
function groupBy(cores: readonly Core[], border: 'numaNode' | 'l3'): Core[][] {
  const groups = new Map<number, Core[]>();
  for (const core of cores.toSorted((a, b) => a[border] - b[border] || a.cpu - b.cpu)) {
    groups.set(core[border], [...(groups.get(core[border]) ?? []), core]);
  }
  return [...groups.values()];
}

/** Cuts as many whole slots as fit inside each group; the rest of all groups is `left`. */
function cutInside(groups: Core[][], size: number): { whole: Core[][]; left: Core[] } {
  const whole: Core[][] = [];
  const left: Core[] = [];
  for (const group of groups) {
    const count = Math.floor(group.length / size);
    for (let index = 0; index < count; index++) whole.push(group.slice(index * size, (index + 1) * size));
    left.push(...group.slice(count * size));
  }
  return { whole, left };
}

/** Slots inside one L3 cache first, then inside one NUMA node, then from what is left over anywhere. */
function cutAlongBorders(cores: readonly Core[], size: number): Core[][] {
  const slots: Core[][] = [];
  const leftOfNodes: Core[] = [];
  for (const numaNode of groupBy(cores, 'numaNode')) {
    const insideL3 = cutInside(groupBy(numaNode, 'l3'), size);
    const insideNode = cutInside([insideL3.left], size);
    slots.push(...insideL3.whole, ...insideNode.whole);
    leftOfNodes.push(...insideNode.left);
  }
  return [...slots, ...cutInside([leftOfNodes], size).whole];
}

/**
 * Cuts the cores into slots, so that none straddles an L3 or NUMA border if it fits inside one.
 * Defaults: 16 cores each (fewer on a small node), and as many slots as fit.
 * @throws OactError SLOTS_TOO_MANY with the arithmetic
 */
export function cutSlots(cores: readonly Core[], request: SlotRequest): Slot[] {
  const reserved = request.reserveCores;
  const usable = cores.length - reserved;
  const size =
    request.coresPerSlot ??
    (request.slots === null
      ? Math.max(1, Math.min(usualCoresPerSlot, usable))
      : Math.max(1, Math.floor(usable / request.slots)));
  const wanted = request.slots ?? Math.max(1, Math.floor(usable / size));
  if (request.oversubscribe === true) {
    const all = cores.map((core) => core.cpu);
    return Array.from({ length: wanted }, (_, slot) => ({
      slot,
      cores: Array.from({ length: size }, (__, index) => all[(slot * size + index) % all.length] ?? 0),
    }));
  }
  if (wanted * size > usable) {
    const reserve = reserved > 0 ? ` - ${reserved} reserved = ${usable}` : '';
    throw new OactError(
      'SLOTS_TOO_MANY',
      `${wanted} slots × ${size} cores = ${wanted * size} cores, but this process may use ${cores.length}${reserve}`,
      { hint: 'Ask for fewer slots (--slots) or fewer cores each (--cores-per-slot).' },
    );
  }
  // Reserved cores are the highest numbers.
  const kept = cores.toSorted((a, b) => a.cpu - b.cpu).slice(0, usable);
  return cutAlongBorders(kept, size)
    .slice(0, wanted)
    .map((taken, slot) => ({ slot, cores: taken.map((core) => core.cpu).toSorted((a, b) => a - b) }));
}
