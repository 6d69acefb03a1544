import { describe, expect, it } from 'vitest';
import { decideStart } from '../../../packing/node/decide-start.ts';
import type {
  LaneHead,
  NodeState,
  PackedJob,
  PackedNode,
  Reservation,
} from '../../../packing/node/node-state.ts';
import { createSeededRandom } from '../../../tools/chaos/blows/seeded-random.ts';
import { insideOf } from '../../../packing/node/place-job.ts';

const options = { patienceSeconds: 60 };

describe('any node, packed with any jobs', () => {
  it.each(Array.from({ length: 60 }, (_, seed) => seed))('keeps every rule, seed %i', (seed) => {
    const life = liveOn(seed);
    expect(life.problems).toEqual([]);
    expect(life.starts).toBeGreaterThan(20);
  });
});

it('is the same for the same state', () => {
  expect(liveOn(7).log).toEqual(liveOn(7).log);
});

it('starts the job of a wide lane although a narrow one never ends to have work', () => {
  const life = liveOn(11, { narrow: [2, 2], wide: 32 });
  expect(life.longestWait).toBeLessThan(60 + 2 * 100 + 1);
});

interface Life {
  problems: string[];
  log: string[];
  starts: number;
  /** Seconds that any lane waited for a start. */
  longestWait: number;
}

/** Lives with a random node, lanes and run times, and notes every broken rule. Jobs never run out, and none runs for more than 100 s. */
function liveOn(seed: number, given?: { narrow: number[]; wide: number }): Life {
  const random = createSeededRandom(seed);
  const between = (least: number, most: number): number => Math.floor(random.between(least, most + 1));
  const node = given ? nodeOf(32, 8, 16) : nodeOf(between(1, 6) * 16, between(0, 1) * 8 + 8, 16);
  const sizes = given
    ? [...given.narrow, given.wide]
    : Array.from({ length: between(2, 4) }, () => between(1, node.cores.length));
  const isKnown = between(0, 1) === 1;
  const life: Life = { problems: [], log: [], starts: 0, longestWait: 0 };
  const since = new Map<string, number>();
  let running: (PackedJob & { endsAt: number })[] = [];
  let reservation: Reservation | null = null;
  let now = 0;
  const lanes = sizes.map((cores, index) => ({
    lane: `lane-${index}`,
    cores,
    memoryBytes: between(1, 100),
  }));
  for (let round = 0; round < 150; round++) {
    for (;;) {
      const heads = lanes.map((lane): LaneHead & { seconds: number } => {
        const seconds = between(1, 100);
        return {
          ...lane,
          seconds,
          weight: 1,
          waitingSince: since.get(lane.lane) ?? 0,
          expected: isKnown ? { median: seconds, upper: seconds } : undefined,
        };
      });
      const state: NodeState = { node, running, reservation, now };
      const decision = decideStart(state, heads, options);
      reservation = decision.reservation;
      const { start } = decision;
      if (!start) break;
      const head = heads.find(({ lane }) => lane === start.lane);
      if (!head) throw new Error('a lane that nobody asked for');
      judge({ ...state, reservation }, start, head, life);
      life.longestWait = Math.max(life.longestWait, now - head.waitingSince);
      life.log.push(`${now} ${start.lane} ${start.cpus.join(',')}`);
      life.starts += 1;
      since.set(head.lane, now);
      running = [...running, { ...head, cpus: start.cpus, startedAt: now, endsAt: now + head.seconds }];
    }
    const next = Math.min(...running.map(({ endsAt }) => endsAt));
    if (!Number.isFinite(next)) throw new Error('nothing runs, although jobs wait that fit on the node');
    now = next;
    running = running.filter(({ endsAt }) => endsAt > now);
  }
  // Others may start while one waits, but only until its patience and the reservations before its own are over.
  const limit = options.patienceSeconds + 2 * 100 * lanes.length;
  for (const { lane } of lanes)
    if (now - (since.get(lane) ?? 0) > limit) life.problems.push(`${lane} starves`);
  if (life.longestWait > limit) life.problems.push(`a lane waited ${life.longestWait} s`);
  return life;
}

function judge(
  state: NodeState,
  start: { cpus: number[]; inside: string },
  head: LaneHead,
  life: Life,
): void {
  const { node, running } = state;
  const note = (problem: string): void => void life.problems.push(`${state.now}: ${problem}`);
  const taken = new Set(running.flatMap(({ cpus }) => cpus));
  if (new Set(start.cpus).size !== head.cores) note('not as many cores as the lane has');
  if (start.cpus.some((cpu) => taken.has(cpu))) note('a core twice');
  if (start.cpus.some((cpu) => !node.cores.some((core) => core.cpu === cpu)))
    note('a core that is not there');
  const memory = running.reduce((sum, job) => sum + job.memoryBytes, head.memoryBytes);
  if (memory > node.memoryBytes) note('more memory than the node has');
  if (start.inside !== insideOf(node, start.cpus)) note('the place is named wrongly');
  const free = node.cores.filter(({ cpu }) => !taken.has(cpu) && !isKept(state, head, cpu));
  const most = (border: 'l3' | 'numaNode'): number =>
    Math.max(
      0,
      ...[...new Set(free.map((core) => core[border]))].map(
        (group) => free.filter((core) => core[border] === group).length,
      ),
    );
  if (head.cores <= most('l3') && start.inside !== 'l3') note('an L3 border crossed although it fits');
  if (head.cores <= most('numaNode') && start.inside === 'node')
    note('a NUMA border crossed although it fits');
}

/** Kept for another lane, for one that would not end in time. */
function isKept({ reservation, now }: NodeState, { lane, expected }: LaneHead, cpu: number): boolean {
  if (reservation === null || reservation.lane === lane || !reservation.cpus.includes(cpu)) return false;
  return (
    reservation.startsBy === null || expected === undefined || now + expected.upper > reservation.startsBy
  );
}

function nodeOf(cores: number, l3: number, numaNode: number): PackedNode {
  return {
    cores: Array.from({ length: cores }, (_, cpu) => ({
      cpu,
      l3: Math.floor(cpu / l3),
      numaNode: Math.floor(cpu / numaNode),
    })),
    memoryBytes: 160,
    fixedSlots: null,
  };
}
