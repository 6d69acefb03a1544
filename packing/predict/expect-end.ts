/** When all that waits and runs will have ended, with a band: the learned times drawn many times over. */
import { conformalBound, type TimeModel } from './learn-times.ts';
import type { Prediction } from './predict-time.ts';

export interface EndView {
  /** Jobs that no slot has begun, in groups: how many, and what is said of some of them, spread over all of the group. */
  waiting: readonly { count: number; sample: readonly Prediction[] }[];
  /** Of those that run: what is said of the whole, and how long they have run. */
  running: readonly { said: Prediction; forSeconds: number }[];
  slots: number;
}

/** Seconds from now. Of ten such campaigns, one ends before `early` and one after `late`. */
export interface ExpectedEnd {
  seconds: number;
  early: number;
  late: number;
}

const draws = 41;
/** The mean of a law is seldom known better: nodes differ, and what waits is not what has ended. */
const leastBias = 0.05;
/** More are thinned out: their sum is as certain as it will get. */
const mostJobs = 1000;

/** Pure, and deterministic. @returns null without a slot, or where nobody knows the times */
export function expectEnd(model: TimeModel, view: EndView): ExpectedEnd | null {
  const { running, slots } = view;
  const groups = view.waiting.filter(({ count }) => count > 0);
  if (!model.isKnown || slots < 1 || groups.some(({ sample }) => sample.length === 0)) return null;
  const waiting = groups.reduce((sum, { count }) => sum + count, 0);
  const medians = groups.flatMap(({ count, sample }) => {
    const drawn = Math.max(1, Math.round(Math.min(1, mostJobs / waiting) * count));
    return Array.from({ length: drawn }, (_, index) => sample[index % sample.length]?.median ?? 0);
  });
  const residuals = model.residuals.all.filter((one) => one !== Infinity);
  if (residuals.length === 0) return null;
  const centre = conformalBound(residuals, 0.5) ?? 0;
  const mean = residuals.reduce((sum, one) => sum + one, 0) / residuals.length;
  const spread = Math.sqrt(residuals.reduce((sum, one) => sum + (one - mean) ** 2, 0) / residuals.length);
  const bias = Math.max(leastBias, spread / Math.sqrt(residuals.length));
  const next = createUniform();
  const factor = (): number =>
    Math.exp((residuals[Math.floor(next() * residuals.length)] ?? centre) - centre);
  const ends = Array.from({ length: draws }, (_, draw) => {
    // One mistake for all jobs, evenly spread over the draws: it is the same law that is wrong.
    const common = Math.exp(bias * spreadOut(draw));
    const left = running.map(({ said, forSeconds }) => {
      const whole = said.median * common * factor();
      // One that has outrun what was drawn takes a while more: as long as half of it, at the mean.
      return whole > forSeconds ? whole - forSeconds : 0.5 * whole * next();
    });
    return endOf({ waiting, slots, left, jobs: medians.map((median) => median * common * factor()) });
  }).toSorted((a, b) => a - b);
  const at = (share: number): number => ends[Math.floor(share * (draws - 1))] ?? 0;
  return { seconds: at(0.5), early: at(0.1), late: at(0.9) };
}

interface Draw {
  waiting: number;
  slots: number;
  /** What running jobs still take. */
  left: readonly number[];
  /** What those that wait take, or as many of them as matter. */
  jobs: readonly number[];
}

/** List scheduling, longest first, as oact enqueues. */
function endOf({ waiting, slots, left, ...drawn }: Draw): number {
  const jobs = drawn.jobs.toSorted((a, b) => b - a);
  const work = jobs.reduce((sum, one) => sum + one, 0) * (jobs.length === 0 ? 0 : waiting / jobs.length);
  const busy = left.reduce((sum, one) => sum + one, 0);
  const longest = Math.max(0, jobs[0] ?? 0, ...left);
  // With more jobs than are drawn, all slots are busy to the end but for the last, shortest ones.
  if (waiting > jobs.length) return Math.max(longest, (work + busy) / slots);
  const freeAt = Array.from({ length: slots }, (_, slot) => left[slot] ?? 0).toSorted((a, b) => a - b);
  for (const job of jobs) {
    const end = (freeAt.shift() ?? 0) + job;
    const place = freeAt.findIndex((other) => other > end);
    freeAt.splice(place === -1 ? freeAt.length : place, 0, end);
  }
  return Math.max(longest, freeAt.at(-1) ?? 0);
}

/** Quantiles of a normal distribution for the draws, in an order that has nothing to do with theirs. */
function spreadOut(draw: number): number {
  const share = ((draw * 17) % draws) / draws + 0.5 / draws;
  // Logistic approximation, within 0.02 of the normal quantile between 0.01 and 0.99.
  return Math.log(share / (1 - share)) / 1.702;
}

/** Numbers from 0 to 1 that never change (the generator of Park and Miller). */
function createUniform(): () => number {
  let state = 20_261_130;
  return () => {
    state = (state * 48_271) % 2_147_483_647;
    return state / 2_147_483_647;
  };
}
