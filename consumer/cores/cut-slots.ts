import { OactError } from '../../core/errors.ts';
import { chooseSlotSize, listSlotSizes } from './choose-slot-size.ts';
import { type Cut, cutCores, groupBy, usualSize } from './cut-cores.ts';
import type { Core } from './discover-cores.ts';
import { spreadReserve } from './reserve-cores.ts';

/** A set of cores that runs one ORCA at a time: for good, or for one job of a lane. */
export interface Slot {
  /** Counted from 0. */
  slot: number;
  /** CPU numbers, ascending. */
  cores: number[];
  /** Of a job of a lane; left out: the slots of the node share its memory evenly. */
  memoryMb?: number;
  /** Of a job of a lane. */
  lane?: string;
}

export interface SlotRequest {
  /** null: as many as fit. */
  slots: number | null;
  /** null: 8 to 16, as the node's caches divide. */
  coresPerSlot: number | null;
  /** Cores to leave free at least. */
  reserveCores: number;
  /** These among them; any hardware thread stands for its core. */
  reservedCores?: readonly number[];
  /** Let slots share cores: for tests and sleeping jobs, never for ORCA. */
  oversubscribe?: boolean;
}

/** How a node is cut, and what is left of it. CPU numbers, ascending. */
export interface SlotPlan {
  slots: Slot[];
  coresPerSlot: number;
  /** Left free because someone asked for it. */
  reserved: number[];
  /** Left over. */
  idle: number[];
  /** What is not as one would wish, in words. */
  notes: string[];
}

/**
 * Cuts the cores into slots. None straddles an L3 or NUMA border if it fits inside one, unless a user asks for more slots
 * than fit so. Cores are reserved where the slots then come out best.
 * @throws OactError SLOTS_TOO_MANY with the arithmetic
 */
export function planSlots(cores: readonly Core[], request: SlotRequest): SlotPlan {
  const named = request.reservedCores ?? [];
  const isNamed = ({ threads }: Core): boolean => threads.some((cpu) => named.includes(cpu));
  const rest = cores.filter((core) => !isNamed(core));
  const namedCount = cores.length - rest.length;
  const more = Math.max(0, request.reserveCores - namedCount);
  const usable = rest.length - more;
  const size =
    request.coresPerSlot ??
    (request.slots === null ? suitableSize(rest, more) : Math.max(1, Math.floor(usable / request.slots)));
  if (request.oversubscribe === true)
    return shareCores(cores, request.slots ?? Math.max(1, Math.floor(usable / size)), size);
  const wanted = request.slots ?? 1;
  if (wanted * size > usable) throw tooMany(wanted, size, cores.length, namedCount + more);
  const { cuts, reserved } = cutBest(rest, more, size, request.slots);
  const taken = new Set([...cuts.flatMap((cut) => cut.cores), ...reserved]);
  const idle = rest.filter((core) => !taken.has(core));
  return {
    slots: cuts
      .map((cut) => numbers(cut.cores))
      .toSorted((a, b) => (a[0] ?? 0) - (b[0] ?? 0))
      .map((cpus, slot) => ({ slot, cores: cpus })),
    coresPerSlot: size,
    reserved: numbers([...reserved, ...cores.filter(isNamed)]),
    idle: numbers(idle),
    notes: [
      ...noteUnknown(named, cores),
      ...noteStraddling(cuts, rest, size),
      ...noteIdle(idle.length, size, cuts.length, rest, more),
    ],
  };
}

const numbers = (cores: readonly Core[]): number[] => cores.map(({ cpu }) => cpu).toSorted((a, b) => a - b);

/** The slots alone. */
export function cutSlots(cores: readonly Core[], request: SlotRequest): Slot[] {
  return planSlots(cores, request).slots;
}

interface Way {
  cuts: Cut[];
  reserved: Core[];
}

/** The better of two ways: more slots, or as many on fewer caches. */
function cutBest(cores: readonly Core[], reserve: number, size: number, slots: number | null): Way {
  const after = cutAfterReserve(cores, reserve, size, slots);
  if (reserve === 0) return after;
  const before = cutBeforeReserve(cores, reserve, size, slots);
  const isBetter =
    before.cuts.length > after.cuts.length ||
    (before.cuts.length === after.cuts.length && countCaches(before) < countCaches(after));
  return isBetter ? before : after;
}

/** The size for a user who asks for none. */
function suitableSize(cores: readonly Core[], reserve: number): number {
  const sizes = [...listSlotSizes(spreadReserve(cores, reserve).kept), ...listSlotSizes(cores)];
  return chooseSlotSize(sizes, (size) => {
    const fits = size <= cores.length - reserve;
    return fits ? size * cutBest(cores, reserve, size, null).cuts.length : 0;
  });
}

/** Every cache gives some cores up, and slots are cut from what is left. */
function cutAfterReserve(cores: readonly Core[], count: number, size: number, slots: number | null): Way {
  const { reserved, kept } = spreadReserve(cores, count);
  const cuts = cutCores(kept, size, { mayStraddle: slots !== null, fromTop: false });
  return { cuts: cuts.slice(0, slots ?? cuts.length), reserved };
}

/** Slots are cut from whole caches, and cores that none needs are reserved. */
function cutBeforeReserve(cores: readonly Core[], count: number, size: number, slots: number | null): Way {
  const most = Math.floor((cores.length - count) / size);
  const cuts = cutCores(cores, size, { mayStraddle: slots !== null, fromTop: true });
  // Of equals the lowest go: systems do their own work on the first cores.
  const order = ['l3', 'numaNode', 'node'];
  const kept = cuts
    .toReversed()
    .toSorted((a, b) => order.indexOf(a.inside) - order.indexOf(b.inside))
    .slice(0, Math.min(slots ?? most, most));
  const taken = new Set(kept.flatMap((cut) => cut.cores));
  const left = cores.filter((core) => !taken.has(core));
  return { cuts: kept, reserved: spreadReserve(left, count).reserved };
}

/** How many caches the slots use, each counted once per slot. */
function countCaches({ cuts }: Way): number {
  return cuts.reduce((sum, cut) => sum + groupBy(cut.cores, 'l3').length, 0);
}

function shareCores(cores: readonly Core[], count: number, size: number): SlotPlan {
  const all = cores.map((core) => core.cpu);
  const slots = Array.from({ length: count }, (_, slot) => ({
    slot,
    cores: Array.from({ length: size }, (__, index) => all[(slot * size + index) % all.length] ?? 0),
  }));
  return { slots, coresPerSlot: size, reserved: [], idle: [], notes: ['slots share cores, unpinned'] };
}

function tooMany(slots: number, size: number, all: number, reserved: number): OactError {
  const reserve = reserved > 0 ? ` - ${reserved} reserved = ${all - reserved}` : '';
  return new OactError(
    'SLOTS_TOO_MANY',
    `${slots} slots × ${size} cores = ${slots * size} cores, but this process may use ${all}${reserve}`,
    {
      hint: 'Ask for fewer slots (--slots) or fewer cores each (--cores-per-slot); oact doctor node draws them.',
    },
  );
}

function noteUnknown(named: readonly number[], cores: readonly Core[]): string[] {
  const known = new Set(cores.flatMap(({ threads }) => threads));
  const unknown = named.filter((cpu) => !known.has(cpu));
  if (unknown.length === 0) return [];
  return [`of the cores to be reserved, ${unknown.join(', ')} are not among those this process may use`];
}

function noteStraddling(cuts: readonly Cut[], cores: readonly Core[], size: number): string[] {
  const across = (border: 'numaNode' | 'l3', what: string): string[] => {
    const fits = size <= usualSize(groupBy(cores, border));
    const count = fits ? cuts.filter((cut) => groupBy(cut.cores, border).length > 1).length : 0;
    return count === 0
      ? []
      : [
          `${count} of ${cuts.length} slots ${count === 1 ? 'straddles' : 'straddle'} ${what}, although ${size} cores fit in one`,
        ];
  };
  const numa = across('numaNode', 'NUMA nodes');
  return numa.length > 0 ? numa : across('l3', 'L3 caches');
}

/** So many of a hundred idle cores are worth a word. */
const noticedPercent = 5;

function noteIdle(
  idle: number,
  size: number,
  slots: number,
  cores: readonly Core[],
  reserve: number,
): string[] {
  if (idle * 100 <= noticedPercent * cores.length) return [];
  const fitting = suitableSize(cores, reserve);
  const more = Math.floor((slots * size + idle) / size);
  const cures = [
    ...(fitting === size ? [] : [`--cores-per-slot ${fitting} fits the caches`]),
    ...(more > slots ? [`--slots ${more} lets slots straddle borders`] : []),
  ];
  const cure = cures.length === 0 ? '' : `; ${cures.join(', ')}`;
  return [`${idle} of ${cores.length} cores stay idle: ${slots} slots × ${size} cores${cure}`];
}
