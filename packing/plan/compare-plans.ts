/** What-if for several numbers of nodes, walltimes and cores per job: the same jobs, simulated in each. */
import type { Prediction } from '../predict/predict-time.ts';
import { type Simulated, simulate, type SimulatedJob } from './simulate.ts';

export type Preference = 'time' | 'cost' | 'reliability';

export interface PlanQuestion {
  /** Jobs that wait or run, in groups: how many, and what is said of some of them on the usual cores, spread over all of the group. */
  groups: readonly { count: number; sample: readonly Prediction[] }[];
  /** Logarithms of (taken ÷ predicted) of runs that were held out: what the simulated jobs are drawn from. */
  residuals: readonly number[];
  usualCores: number;
  /** Time goes with the cores to this power; -1 is ideal. */
  exponent: number;
  coresPerNode: number;
  nodes: readonly number[];
  walltimes: readonly number[];
  coresPerJob: readonly number[];
}

export interface Plan {
  nodes: number;
  walltimeSeconds: number;
  coresPerJob: number;
  slotsPerNode: number;
  doneSeconds: number;
  nodeHours: number;
  /** The part of the held cores that worked for jobs that ended. */
  used: number;
  cutRuns: number;
  /** Longer than the walltime: they never end in this plan. */
  tooLong: number;
  allocations: number;
}

/** More are thinned out, and time and nodes are counted up. */
const mostJobs = 1500;
const jobsPerSlot = 12;

/** Pure, and deterministic. */
export function comparePlans(question: PlanQuestion): Plan[] {
  const { nodes, walltimes, coresPerJob, coresPerNode } = question;
  const total = question.groups.reduce((sum, { count }) => sum + count, 0);
  const plans: Plan[] = [];
  for (const cores of coresPerJob) {
    const slotsPerNode = Math.floor(coresPerNode / cores);
    if (slotsPerNode === 0) continue;
    for (const count of nodes) {
      const drawn = Math.min(total, Math.max(mostJobs, jobsPerSlot * slotsPerNode * count));
      const jobs = drawJobs(question, cores, drawn / total);
      for (const walltimeSeconds of walltimes) {
        // Slots are the unit: all jobs are alike in cores, so that the packer needs not look at each core.
        const seen = simulate(jobs, { count, coresPerNode: slotsPerNode, walltimeSeconds });
        const size = { nodes: count, walltimeSeconds, coresPerJob: cores, slotsPerNode };
        plans.push(countUp(seen, size, total / Math.max(1, jobs.length), cores / coresPerNode));
      }
    }
  }
  return plans;
}

/** @param share cores of one slot, as a part of those of the node */
function countUp(
  seen: Simulated,
  size: Pick<Plan, 'nodes' | 'walltimeSeconds' | 'coresPerJob' | 'slotsPerNode'>,
  times: number,
  share: number,
): Plan {
  return {
    ...size,
    doneSeconds: seen.done * times,
    nodeHours: (seen.nodeSeconds * times) / 3600,
    used: seen.nodeSeconds === 0 ? 0 : (seen.usedCoreSeconds * share) / seen.nodeSeconds,
    cutRuns: Math.round(seen.cutRuns * times),
    tooLong: Math.round(seen.tooLong * times),
    allocations: Math.round(seen.allocations * times),
  };
}

/** Longest first by what is expected, as oact enqueues; what each takes is drawn from the held-out errors. */
function drawJobs(
  { groups, residuals, usualCores, exponent }: PlanQuestion,
  cores: number,
  share: number,
): SimulatedJob[] {
  const scale = (cores / usualCores) ** exponent;
  const next = createUniform();
  const known = residuals.filter((one) => one !== Infinity);
  const centre = known[Math.floor((known.length - 1) / 2)] ?? 0;
  return groups
    .flatMap(({ count, sample }) =>
      sample.length === 0
        ? []
        : Array.from({ length: Math.max(1, Math.round(count * share)) }, (_, index): SimulatedJob => {
            const { median = 0, upper = null } = sample[index % sample.length] ?? {};
            const factor = Math.exp((known[Math.floor(next() * known.length)] ?? centre) - centre);
            return {
              lane: 'default',
              cores: 1,
              seconds: median * scale * factor,
              expected: { median: median * scale, upper: (upper ?? median) * scale },
            };
          }),
    )
    .toSorted((a, b) => (b.expected?.median ?? 0) - (a.expected?.median ?? 0));
}

/**
 * Pure. The plan that suits best; undefined of none. Plans that leave jobs undone come last, whatever is preferred.
 * time: done first, of nearly equals the cheaper. cost: fewest node-hours, of nearly equals the faster. reliability: of those that cost at
 * most a quarter more than the cheapest, the one with the least at stake when a node dies: short allocations, few cores per job.
 */
export function choosePlan(plans: readonly Plan[], preference: Preference): Plan | undefined {
  const least = Math.min(...plans.map(({ tooLong }) => tooLong));
  const whole = plans.filter(({ tooLong }) => tooLong === least);
  const fastest = Math.min(...whole.map(({ doneSeconds }) => doneSeconds));
  const cheapest = Math.min(...whole.map(({ nodeHours }) => nodeHours));
  const by = (of: (plan: Plan) => number, some: readonly Plan[]): Plan | undefined =>
    some.toSorted((a, b) => of(a) - of(b))[0];
  if (preference === 'time')
    return by(
      ({ nodeHours }) => nodeHours,
      whole.filter(({ doneSeconds }) => doneSeconds <= nearly * fastest),
    );
  if (preference === 'cost')
    return by(
      ({ doneSeconds }) => doneSeconds,
      whole.filter(({ nodeHours }) => nodeHours <= nearly * cheapest),
    );
  return by(
    ({ walltimeSeconds, coresPerJob, doneSeconds }) =>
      walltimeSeconds * 1e6 + coresPerJob * 1e3 + doneSeconds / 1e6,
    whole.filter(({ nodeHours }) => nodeHours <= bearable * cheapest),
  );
}

const nearly = 1.05;
const bearable = 1.25;

/** Numbers from 0 to 1 that never change (the generator of Park and Miller). */
function createUniform(): () => number {
  let state = 20_261_130;
  return () => {
    state = (state * 48_271) % 2_147_483_647;
    return state / 2_147_483_647;
  };
}
