import { describe, expect, it } from 'vitest';
import {
  choosePlan,
  comparePlans,
  type Plan,
  type PlanQuestion,
} from '../../../packing/plan/compare-plans.ts';

const question: PlanQuestion = {
  groups: [{ count: 200, sample: [{ median: 600, mean: 600, upper: 900 }] }],
  residuals: [-0.2, -0.1, 0, 0.1, 0.2],
  usualCores: 8,
  exponent: -0.8,
  coresPerNode: 64,
  nodes: [1, 4],
  walltimes: [3600, 14_400],
  coresPerJob: [8, 16],
};
const planOf = (
  plans: readonly Plan[],
  nodes: number,
  walltimeSeconds: number,
  coresPerJob: number,
): Plan | undefined =>
  plans.find(
    (plan) =>
      plan.nodes === nodes && plan.walltimeSeconds === walltimeSeconds && plan.coresPerJob === coresPerJob,
  );

describe('what-if', () => {
  const plans = comparePlans(question);

  it('looks at every combination', () => {
    expect(plans).toHaveLength(8);
    expect(comparePlans(question)).toEqual(plans);
  });

  it('takes a quarter of the time on four times the nodes, for about the same node-hours', () => {
    const one = planOf(plans, 1, 14_400, 8);
    const four = planOf(plans, 4, 14_400, 8);
    expect((one?.doneSeconds ?? 0) / (four?.doneSeconds ?? 1)).toBeGreaterThan(3.3);
    expect((four?.nodeHours ?? 0) / (one?.nodeHours ?? 1)).toBeLessThan(1.15);
    // 200 jobs of 600 s on 8 of 64 cores: 15,000 s of one node.
    expect(one?.doneSeconds).toBeGreaterThan(15_000);
    expect(one?.doneSeconds).toBeLessThan(1.1 * 15_000);
  });

  it('finds wide jobs dearer where twice the cores bring less than twice the speed, and equal where they do', () => {
    const narrow = planOf(plans, 1, 14_400, 8)?.nodeHours ?? 0;
    expect((planOf(plans, 1, 14_400, 16)?.nodeHours ?? 0) / narrow).toBeCloseTo(2 ** 0.2, 1);
    const ideal = comparePlans({ ...question, exponent: -1 });
    expect((planOf(ideal, 1, 14_400, 16)?.nodeHours ?? 0) / narrow).toBeCloseTo(1, 1);
  });

  it('counts jobs that no walltime of the plan is long enough for', () => {
    const short = comparePlans({ ...question, walltimes: [300] });
    expect(
      short.every(
        ({ tooLong, nodes, coresPerJob }) => tooLong > (coresPerJob === 8 && nodes > 0 ? 199 : 100),
      ),
    ).toBe(true);
  });

  it('counts up what it thins out', () => {
    const [many] = comparePlans({
      ...question,
      groups: question.groups.map((group) => ({ ...group, count: 20_000 })),
      nodes: [1],
      walltimes: [14_400],
      coresPerJob: [8],
    });
    expect((many?.doneSeconds ?? 0) / (100 * 15_000)).toBeCloseTo(1, 1);
  });

  it('uses no width that no node has', () => {
    expect(comparePlans({ ...question, coresPerJob: [128] })).toEqual([]);
  });
});

const plan = (change: Partial<Plan>): Plan => ({
  nodes: 1,
  walltimeSeconds: 14_400,
  coresPerJob: 8,
  slotsPerNode: 8,
  doneSeconds: 1000,
  nodeHours: 10,
  used: 0.9,
  cutRuns: 0,
  tooLong: 0,
  allocations: 1,
  ...change,
});

describe('the choice', () => {
  const fast = plan({ nodes: 8, doneSeconds: 200, nodeHours: 12 });
  const nearlyFast = plan({ nodes: 7, doneSeconds: 208, nodeHours: 11 });
  const cheap = plan({ nodes: 1, doneSeconds: 1600, nodeHours: 9.9 });
  const nearlyCheap = plan({ nodes: 2, doneSeconds: 800, nodeHours: 10.2 });
  const short = plan({ walltimeSeconds: 3600, nodeHours: 12, doneSeconds: 900 });
  const dear = plan({ walltimeSeconds: 1800, nodeHours: 20 });
  const undone = plan({ doneSeconds: 1, nodeHours: 1, tooLong: 5 });
  const all = [fast, nearlyFast, cheap, nearlyCheap, short, dear, undone];

  it.each([
    ['time', nearlyFast],
    ['cost', nearlyCheap],
    ['reliability', short],
  ] as const)('for %s weighs what is nearly as good', (preference, chosen) => {
    expect(choosePlan(all, preference)).toBe(chosen);
  });

  it('is none of none', () => {
    expect(choosePlan([], 'time')).toBeUndefined();
  });
});
