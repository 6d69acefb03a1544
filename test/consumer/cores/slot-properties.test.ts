import { describe, expect, it } from 'vitest';
import { createSeededRandom } from '../../../tools/chaos/blows/seeded-random.ts';
import { planSlots, type SlotRequest } from '../../../consumer/cores/cut-slots.ts';
import { type Core, discoverCores } from '../../../consumer/cores/discover-cores.ts';
import { OactError } from '../../../core/errors.ts';
import { topologies } from '../../fixtures/topologies.ts';
import { someCores, writeFakeNode } from '../fake-node.ts';

/** A node nobody has built, with holes in its mask. */
function anyCores(random: ReturnType<typeof createSeededRandom>): Core[] {
  const whole = (from: number, to: number): number => Math.floor(random.between(from, to + 1));
  const perL3 = whole(1, 16);
  const perNode = perL3 * whole(1, 8);
  const count = Math.min(256, whole(1, perNode * 4));
  const share = random.pick([1, 1, 0.9, 0.5]) ?? 1;
  const cores = someCores(count, perL3, perNode).filter(() => random.between(0, 1) <= share);
  return cores.length > 0 ? cores : someCores(1, 1, 1);
}

function anyRequest(random: ReturnType<typeof createSeededRandom>, cores: readonly Core[]): SlotRequest {
  const whole = (from: number, to: number): number => Math.floor(random.between(from, to + 1));
  return {
    slots: random.pick([null, whole(1, 12)]) ?? null,
    coresPerSlot: random.pick([null, whole(1, 32)]) ?? null,
    reserveCores: random.pick([0, whole(0, 16)]) ?? 0,
    reservedCores: random.pick([[], random.shuffle(cores.map(({ cpu }) => cpu)).slice(0, whole(0, 8))]) ?? [],
  };
}

/** How many groups of a border could hold a slot by themselves. */
function countFitting(cores: readonly Core[], border: 'l3' | 'numaNode', size: number): number {
  const counts = new Map<number, number>();
  for (const core of cores) counts.set(core[border], (counts.get(core[border]) ?? 0) + 1);
  return [...counts.values()].filter((count) => count >= size).length / counts.size;
}

type Ending = 'planned' | 'refused';

/** Plans, and lists the promises that the plan breaks. */
function tryPlan(cores: readonly Core[], request: SlotRequest): { ending: Ending; broken: string[] } {
  let plan;
  try {
    plan = planSlots(cores, request);
  } catch (error) {
    const isRefusal = error instanceof OactError && error.code === 'SLOTS_TOO_MANY';
    return { ending: 'refused', broken: isRefusal ? [] : [`it throws ${String(error)}`] };
  }
  const { slots, coresPerSlot, reserved, idle } = plan;
  const all = ascending(cores.map(({ cpu }) => cpu));
  const accounted = ascending([...slots.flatMap((slot) => slot.cores), ...reserved, ...idle]);
  const named = (request.reservedCores ?? []).filter((cpu) => all.includes(cpu));
  const free = cores.filter(({ cpu }) => !reserved.includes(cpu));
  const straddles = (border: 'numaNode' | 'l3'): boolean =>
    // Unless somebody asks for a number of slots, none straddles a border inside which it fits.
    request.slots === null &&
    countFitting(free, border, coresPerSlot) > 0.5 &&
    slots.some((slot) => {
      const inSlot = free.filter(({ cpu }) => slot.cores.includes(cpu));
      return new Set(inSlot.map((core) => core[border])).size > 1;
    });
  const promises: Record<string, boolean> = {
    'each core is in one slot, reserved or idle, and nothing else is': String(accounted) === String(all),
    'slots have equal size': slots.every((slot) => slot.cores.length === coresPerSlot),
    'there is a slot': slots.length > 0,
    'as many slots as asked for': request.slots === null || slots.length === request.slots,
    'of the size asked for': request.coresPerSlot === null || coresPerSlot === request.coresPerSlot,
    'named cores are reserved': named.every((cpu) => reserved.includes(cpu)),
    'as many as asked for are reserved': reserved.length === Math.max(named.length, request.reserveCores),
    'no slot straddles a NUMA node': !straddles('numaNode'),
    'no slot straddles an L3': !straddles('l3'),
  };
  return {
    ending: 'planned',
    broken: Object.keys(promises).filter((promise) => !promises[promise]),
  };
}

const ascending = (cpus: readonly number[]): number[] => cpus.toSorted((a, b) => a - b);

describe('a plan', () => {
  it('holds its promises on thousands of nodes that nobody has built', () => {
    const counts: Record<Ending, number> = { planned: 0, refused: 0 };
    const broken: string[] = [];
    for (let seed = 1; seed <= 3000; seed++) {
      const random = createSeededRandom(seed);
      const cores = anyCores(random);
      const request = anyRequest(random, cores);
      const tried = tryPlan(cores, request);
      counts[tried.ending] += 1;
      broken.push(...tried.broken.map((promise) => `seed ${seed} ${JSON.stringify(request)}: ${promise}`));
    }
    expect(broken).toEqual([]);
    expect(counts.planned).toBeGreaterThan(1000);
    expect(counts.refused).toBeGreaterThan(100);
  }, 120_000);

  it.each(Object.entries(topologies))(
    'holds them on %s',
    (_, node) => {
      const cores = discoverCores(writeFakeNode(node));
      const broken: string[] = [];
      for (const coresPerSlot of [null, 1, 2, 3, 4, 7, 8, 12, 14, 16, 24, 32, 48])
        for (const slots of [null, 1, 2, 4, 5, 8])
          for (const reserveCores of [0, 1, 4, 8]) {
            const request = { slots, coresPerSlot, reserveCores, reservedCores: [] };
            const tried = tryPlan(cores, request);
            broken.push(...tried.broken.map((promise) => `${JSON.stringify(request)}: ${promise}`));
          }
      expect(broken).toEqual([]);
    },
    120_000,
  );
});
