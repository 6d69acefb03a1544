import { renderTable } from '../../../cli/terminal/print.ts';
import type { PackedNode } from '../../../packing/node/node-state.ts';
import { createSeededRandom } from '../../chaos/blows/seeded-random.ts';
import type { BenchContext } from '../bench-context.ts';
import type { Measurement } from '../figure.ts';
import { drawDurations } from '../timing/list-schedule.ts';
import { type LaneRun, type SizedJob, simulateLanes } from './simulate-lanes.ts';

const nodeCount = 4;
const sizes = [8, 16, 32] as const;
/** Of 10 jobs, 5 are small, 3 middling and 2 large. */
const mix = [8, 8, 8, 8, 8, 16, 16, 16, 32, 32] as const;
const medianSeconds = 600;
/** Of the logarithm: two of three predictions are within a factor of 1.35. */
const predictionError = 0.3;

/**
 * Jobs of three sizes on four nodes of 64 cores, by the consumer's own packer in simulated time, against the least that any way can
 * take. Beside it: slots of the largest size, first come first served, and GNU parallel with a part of each node per size.
 */
export function measureLanes({ isQuick }: BenchContext): Promise<Measurement> {
  const jobCount = isQuick ? 100 : 400;
  const seconds = drawDurations(jobCount, medianSeconds, 0.8);
  const random = createSeededRandom(17);
  const listed = random.shuffle(seconds).map((time, index): SizedJob => {
    const cores = mix[index % mix.length] ?? 8;
    return { lane: String(cores), cores, seconds: time, predicted: null };
  });
  const area = listed.reduce((sum, job) => sum + job.cores * job.seconds, 0) / (nodeCount * 64);
  const bound = Math.max(area, ...seconds);
  const run = (jobs: readonly SizedJob[], node = aNode(null)): LaneRun =>
    simulateLanes(jobs, Array<PackedNode>(nodeCount).fill(node), medianSeconds);

  const known = longestFirst(listed.map((job) => ({ ...job, predicted: exactly(job.seconds) })));
  const guessed = longestFirst(
    listed.map((job) => ({ ...job, predicted: guess(job.seconds, gaussOf(random)) })),
  );
  const ways: [string, LaneRun][] = [
    ['packed, times known', run(known)],
    ['packed, times predicted', run(guessed)],
    ['packed, times unknown', run(listed)],
    ['slots of the largest size', run(oneLane(listed), aNode(32))],
    ['first come, first served', run(oneByOne(listed))],
    ['GNU parallel, a part per size', partsPerSize(listed)],
  ];
  const [best, predicted] = ways.map(([, result]) => result);
  const rows = ways.map(([way, { makespanSeconds }]) => [
    way,
    (makespanSeconds / bound).toFixed(3),
    `${((100 * area) / makespanSeconds).toFixed(1)} %`,
  ]);
  return Promise.resolve({
    figures: [
      {
        what: `makespan of ${jobCount} jobs of three sizes, times known`,
        unit: 's',
        value: best?.makespanSeconds ?? 0,
        floor: { what: 'the larger of area and longest job', value: bound },
        target: { atMost: 1.05 },
      },
      {
        what: 'the same with predicted times',
        unit: 's',
        value: predicted?.makespanSeconds ?? 0,
        floor: { what: 'the larger of area and longest job', value: bound },
        target: { atMost: 1.1 },
      },
      {
        what: 'cores in use while jobs wait, times known',
        unit: '%',
        value: 100 * (best?.useWhileWaiting ?? 0),
        target: { atLeast: 95 },
      },
    ],
    notes: [
      `${nodeCount} nodes of 64 cores, jobs of ${sizes.join(', ')} cores; log-normal, median ${medianSeconds} s; predictions off by a factor of ${Math.exp(predictionError).toFixed(2)} (1 sigma)`,
      'simulated time, by the packer of the consumer; GNU parallel is computed as list scheduling in parts of 16, 16 and 32 cores',
      renderTable(['way', '× bound', 'cores in use, whole run'], rows, [1, 2]),
    ],
  });
}

/** @param slotSize null: cores are cut as jobs come */
function aNode(slotSize: number | null): PackedNode {
  const cores = Array.from({ length: 64 }, (_, cpu) => ({
    cpu,
    l3: Math.floor(cpu / 8),
    numaNode: Math.floor(cpu / 32),
  }));
  const slot = (index: number): number[] =>
    cores.slice(index * (slotSize ?? 64), (index + 1) * (slotSize ?? 64)).map(({ cpu }) => cpu);
  const fixedSlots =
    slotSize === null ? null : Array.from({ length: 64 / slotSize }, (_, index) => slot(index));
  return { cores, memoryBytes: 1, fixedSlots };
}

const exactly = (seconds: number) => ({ median: seconds, upper: seconds });

function guess(seconds: number, gauss: number): { median: number; upper: number } {
  const median = seconds * Math.exp(predictionError * gauss);
  return { median, upper: median * Math.exp(1.645 * predictionError) };
}

/** Box and Muller. */
function gaussOf(random: ReturnType<typeof createSeededRandom>): number {
  const radius = Math.sqrt(-2 * Math.log(1 - random.between(0, 1)));
  return radius * Math.cos(2 * Math.PI * random.between(0, 1));
}

const longestFirst = (jobs: readonly SizedJob[]): SizedJob[] =>
  jobs.toSorted((a, b) => (b.predicted?.median ?? 0) - (a.predicted?.median ?? 0));

/** A single queue of jobs that each get a slot whole. */
const oneLane = (jobs: readonly SizedJob[]): SizedJob[] =>
  jobs.map((job) => ({ ...job, lane: 'all', cores: 32 }));

/** A single queue in the order of the list: the first one blocks all behind it. */
const oneByOne = (jobs: readonly SizedJob[]): SizedJob[] => jobs.map((job) => ({ ...job, lane: 'all' }));

/** `parallel -j` in a fixed part of each node for each size. */
function partsPerSize(jobs: readonly SizedJob[]): LaneRun {
  const parts: Record<number, number> = { 8: 16, 16: 16, 32: 32 };
  const ends: number[] = [];
  for (const size of sizes) {
    const slots = Array<number>(nodeCount * Math.floor((parts[size] ?? 0) / size)).fill(0);
    for (const job of jobs.filter(({ cores }) => cores === size)) {
      slots.sort((a, b) => a - b);
      slots[0] = (slots[0] ?? 0) + job.seconds;
    }
    ends.push(Math.max(...slots));
  }
  const makespanSeconds = Math.max(...ends);
  return { makespanSeconds, useWhileWaiting: NaN };
}
