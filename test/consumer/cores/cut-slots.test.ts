import { describe, expect, it } from 'vitest';
import { cutSlots, planSlots, type SlotRequest } from '../../../consumer/cores/cut-slots.ts';
import type { Core } from '../../../consumer/cores/discover-cores.ts';
import { catchError } from '../../workflow/expect-error.ts';
import { someCores } from '../fake-node.ts';

const nobodySays: SlotRequest = { slots: null, coresPerSlot: null, reserveCores: 0 };

/** Two Genoa-like sockets' half: 4 NUMA nodes × 24 cores, each with 3 L3 caches × 8 cores. */
const cores96 = someCores(96, 8, 24);
/** One socket: 8 L3 caches × 8 cores, one NUMA node. */
const cores64 = someCores(64, 8, 64);
/** Two sockets of 64: an L3 per 8 cores, one NUMA node per socket. */
const cores128 = someCores(128, 8, 64);
/** Two sockets of 96: an L3 per 8 cores, 4 NUMA nodes of 24 per socket. */
const cores192 = someCores(192, 8, 24);

const bordersOf = (slot: { cores: number[] }, cores: Core[], border: 'l3' | 'numaNode'): number =>
  new Set(slot.cores.map((cpu) => cores.find((core) => core.cpu === cpu)?.[border])).size;

describe('cutSlots', () => {
  it.each([
    // cores, request, slots, cores each
    ['96 cores', cores96, nobodySays, 12, 8],
    ['96 cores', cores96, { ...nobodySays, coresPerSlot: 8 }, 12, 8],
    ['96 cores', cores96, { ...nobodySays, coresPerSlot: 24 }, 4, 24],
    ['96 cores', cores96, { ...nobodySays, slots: 4 }, 4, 24],
    ['96 cores', cores96, { ...nobodySays, slots: 5 }, 5, 19],
    ['96 cores', cores96, { slots: 3, coresPerSlot: 20, reserveCores: 0 }, 3, 20],
    ['64 cores, 8 reserved', cores64, { ...nobodySays, coresPerSlot: 8, reserveCores: 8 }, 7, 8],
    ['64 cores, 8 reserved', cores64, { ...nobodySays, coresPerSlot: 7, reserveCores: 8 }, 8, 7],
    ['64 cores, 8 reserved', cores64, { ...nobodySays, reserveCores: 8 }, 4, 14],
    ['96 cores, 8 reserved', cores96, { ...nobodySays, reserveCores: 8 }, 11, 8],
    ['128 cores, 8 reserved', cores128, { ...nobodySays, reserveCores: 8 }, 15, 8],
    ['64 cores, 8 reserved', cores64, { ...nobodySays, slots: 4, reserveCores: 8 }, 4, 14],
    ['128 cores', cores128, nobodySays, 8, 16],
    ['128 cores', cores128, { ...nobodySays, coresPerSlot: 32 }, 4, 32],
    ['192 cores of two sockets', someCores(192, 8, 96), nobodySays, 12, 16],
    ['192 cores in NUMA nodes of 24', cores192, nobodySays, 24, 8],
    ['192 cores', cores192, { ...nobodySays, coresPerSlot: 192 }, 1, 192],
    ['112 cores, one L3 per socket', someCores(112, 56, 56), nobodySays, 8, 14],
    ['a laptop of 2 cores', someCores(2, 2, 2), nobodySays, 1, 2],
    ['a laptop of 2 cores', someCores(2, 2, 2), { ...nobodySays, slots: 2 }, 2, 1],
    ['a laptop of 10 cores', someCores(10, 10, 10), nobodySays, 1, 10],
    ['a cpuset of 3', someCores(3, 4, 8), nobodySays, 1, 3],
    ['a cpuset of 3', someCores(3, 4, 8), { ...nobodySays, coresPerSlot: 2 }, 1, 2],
    ['a cpuset of 3', someCores(3, 4, 8), { ...nobodySays, slots: 3 }, 3, 1],
  ] as const)('%s', (_, cores, request, count, size) => {
    const slots = cutSlots(cores, request);
    expect(slots.map((slot) => slot.slot)).toEqual(Array.from({ length: count }, (__, index) => index));
    expect(slots.every((slot) => slot.cores.length === size)).toBe(true);
    const taken = slots.flatMap((slot) => slot.cores);
    expect(new Set(taken).size).toBe(taken.length);
  });

  it.each([
    ['96 cores, an L3 each', cores96, 8, 'l3'],
    ['96 cores, less than an L3 each', cores96, 4, 'l3'],
    ['96 cores, a NUMA node each', cores96, 24, 'numaNode'],
    ['96 cores, half a NUMA node each', cores96, 12, 'numaNode'],
    ['64 cores, an L3 each', cores64, 8, 'l3'],
    ['128 cores, a quarter of a socket each', cores128, 16, 'numaNode'],
    ['128 cores, half a socket each', cores128, 32, 'numaNode'],
    ['192 cores, an L3 each', cores192, 8, 'l3'],
  ] as const)('%s: no slot straddles a border', (_, cores, coresPerSlot, border) => {
    const slots = cutSlots(cores, { ...nobodySays, coresPerSlot });
    expect(slots).toHaveLength(cores.length / coresPerSlot);
    expect(slots.filter((slot) => bordersOf(slot, cores, border) > 1)).toEqual([]);
  });

  it('takes whole L3 caches for a slot of several', () => {
    for (const slot of cutSlots(cores128, nobodySays)) expect(bordersOf(slot, cores128, 'l3')).toBe(2);
  });

  it('leaves cores idle rather than let slots straddle a border inside which they fit, and says so', () => {
    // 24 = 16 + 8 per NUMA node.
    const plan = planSlots(cores96, { ...nobodySays, coresPerSlot: 16 });
    expect(plan.slots.map((slot) => bordersOf(slot, cores96, 'numaNode'))).toEqual([1, 1, 1, 1]);
    expect(plan.idle).toHaveLength(32);
    expect(plan.notes).toEqual([
      '32 of 96 cores stay idle: 4 slots × 16 cores; --cores-per-slot 8 fits the caches, --slots 6 lets slots straddle borders',
    ]);
  });

  it('lets them straddle when a person asks for so many, the left-over cores only', () => {
    const plan = planSlots(cores96, { slots: 6, coresPerSlot: 16, reserveCores: 0 });
    expect(plan.slots.map((slot) => bordersOf(slot, cores96, 'numaNode')).toSorted((a, b) => a - b)).toEqual([
      1, 1, 1, 1, 2, 2,
    ]);
    expect(plan.notes).toEqual(['2 of 6 slots straddle NUMA nodes, although 16 cores fit in one']);
  });

  it('keeps to the borders of a mask with holes', () => {
    const cores = cores64.filter((core) => core.cpu < 6 || (core.cpu >= 10 && core.cpu < 16));
    expect(cutSlots(cores, { ...nobodySays, coresPerSlot: 3 }).map((slot) => slot.cores)).toEqual([
      [0, 1, 2],
      [3, 4, 5],
      [10, 11, 12],
      [13, 14, 15],
    ]);
  });

  it('reserves a whole cache when slots fill caches', () => {
    const plan = planSlots(cores64, { ...nobodySays, coresPerSlot: 8, reserveCores: 8 });
    expect(plan.reserved).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
    expect(plan.slots[0]?.cores).toEqual([8, 9, 10, 11, 12, 13, 14, 15]);
  });

  it.each([7, 14, null])('reserves the first core of each cache for slots of %s', (coresPerSlot) => {
    const plan = planSlots(cores64, { ...nobodySays, coresPerSlot, reserveCores: 8 });
    expect(plan.reserved).toEqual([0, 8, 16, 24, 32, 40, 48, 56]);
    expect(plan.idle).toEqual([]);
    for (const slot of plan.slots)
      expect(bordersOf(slot, cores64, 'l3')).toBe(Math.ceil(slot.cores.length / 7));
  });

  it('reserves from NUMA node to NUMA node when there are fewer than caches', () => {
    const plan = planSlots(cores96, { ...nobodySays, coresPerSlot: 23, reserveCores: 4 });
    expect(plan.reserved).toEqual([0, 24, 48, 72]);
    expect(plan.slots).toHaveLength(4);
  });

  it('reserves the cores that are named, by any of their threads, and more when more are asked for', () => {
    const cores = cores64.map((core) => ({ ...core, threads: [core.cpu, core.cpu + 64] }));
    const named = planSlots(cores, { ...nobodySays, reservedCores: [3, 67, 70], coresPerSlot: 6 });
    expect(named.reserved).toEqual([3, 6]);
    expect(named.slots.flatMap((slot) => slot.cores)).not.toContain(6);
    const more = planSlots(cores, { ...nobodySays, reservedCores: [3], reserveCores: 3, coresPerSlot: 6 });
    expect(more.reserved).toHaveLength(3);
    expect(more.reserved).toContain(3);
  });

  it('says which named cores it does not have', () => {
    const plan = planSlots(cores64, { ...nobodySays, reservedCores: [0, 64, 99] });
    expect(plan.notes[0]).toBe(
      'of the cores to be reserved, 64, 99 are not among those this process may use',
    );
  });

  it.each([
    [
      { slots: 7, coresPerSlot: 16, reserveCores: 0 },
      '7 slots × 16 cores = 112 cores, but this process may use 96',
    ],
    [
      { slots: 6, coresPerSlot: 16, reserveCores: 4 },
      '6 slots × 16 cores = 96 cores, but this process may use 96 - 4 reserved = 92',
    ],
    [
      { slots: 2, coresPerSlot: 48, reserveCores: 1, reservedCores: [5, 7] },
      '96 cores, but this process may use 96 - 2 reserved = 94',
    ],
    [{ slots: null, coresPerSlot: 100, reserveCores: 0 }, '1 slots × 100 cores = 100 cores'],
    [{ slots: 97, coresPerSlot: null, reserveCores: 0 }, '97 slots × 1 cores = 97 cores'],
    [{ slots: null, coresPerSlot: null, reserveCores: 96 }, '96 - 96 reserved = 0'],
    [{ slots: null, coresPerSlot: null, reserveCores: 99 }, '96 - 99 reserved = -3'],
  ])('refuses %j with the arithmetic', (request, words) => {
    const error = catchError(() => cutSlots(cores96, request));
    expect(error).toMatchObject({ code: 'SLOTS_TOO_MANY', exitCode: 2 });
    expect(error.message).toContain(words);
    expect(error.hint).toContain('--slots');
  });

  it('shares cores only when it is told to', () => {
    const request = { slots: 3, coresPerSlot: 2, reserveCores: 0, oversubscribe: true };
    const slots = cutSlots(someCores(2, 2, 2), request);
    expect(slots.map((slot) => slot.cores)).toEqual([
      [0, 1],
      [0, 1],
      [0, 1],
    ]);
  });
});
