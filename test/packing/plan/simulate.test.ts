import { describe, expect, it } from 'vitest';
import { type SimulatedJob, simulate } from '../../../packing/plan/simulate.ts';
import { listSchedule } from '../../../tools/bench/timing/list-schedule.ts';

const long = 1e9;
const job = (seconds: number, change: Partial<SimulatedJob> = {}): SimulatedJob => ({
  lane: 'default',
  cores: 1,
  seconds,
  expected: { median: seconds, upper: seconds },
  ...change,
});

describe('a simulated campaign', () => {
  const times = [9, 7, 7, 5, 4, 4, 3, 2, 2, 1, 1, 1];

  it.each([1, 3, 4])('takes as long as list scheduling on %i slots without a walltime', (cores) => {
    const seen = simulate(
      times.map((seconds) => job(seconds)),
      { count: 1, coresPerNode: cores, walltimeSeconds: long },
    );
    expect(seen.done).toBe(listSchedule(times, cores));
    expect(seen).toMatchObject({ usedCoreSeconds: 46, cutRuns: 0, tooLong: 0, allocations: 1 });
    expect(seen.nodeSeconds).toBe(seen.done);
  });

  it('gives a node back when nothing runs on it, while another one works', () => {
    const seen = simulate([job(10), job(4)], { count: 2, coresPerNode: 1, walltimeSeconds: long });
    expect(seen).toMatchObject({ done: 10, nodeSeconds: 14, allocations: 2 });
  });

  it('starts nothing that is expected to outlast the walltime, and takes what is shorter instead', () => {
    const seen = simulate([job(6), job(6), job(3)], { count: 1, coresPerNode: 1, walltimeSeconds: 10 });
    // 6 and 3 fit into the first ten seconds, the other 6 waits for the next allocation.
    expect(seen).toMatchObject({ done: 15, cutRuns: 0, allocations: 2, nodeSeconds: 15 });
  });

  it('counts what the walltime cuts as lost, and begins it again', () => {
    const wrong = job(8, { expected: { median: 1, upper: 1 } });
    const seen = simulate([job(4), wrong], { count: 1, coresPerNode: 1, walltimeSeconds: 10 });
    expect(seen).toMatchObject({ cutRuns: 1, cutCoreSeconds: 6, usedCoreSeconds: 12, done: 18 });
  });

  it('lets a fresh node take what is expected to be longer than any walltime', () => {
    const seen = simulate([job(9, { expected: { median: 9, upper: 50 } })], {
      count: 1,
      coresPerNode: 1,
      walltimeSeconds: 10,
    });
    expect(seen).toMatchObject({ done: 9, tooLong: 0 });
  });

  it('counts what cannot end in any such allocation', () => {
    const jobs = [job(11), job(2), job(1, { cores: 5 })];
    expect(simulate(jobs, { count: 1, coresPerNode: 4, walltimeSeconds: 10 })).toMatchObject({
      tooLong: 2,
      done: 2,
    });
  });

  it('packs jobs of several sizes side by side', () => {
    const wide = { lane: 'wide', cores: 3 };
    const jobs = [job(5, wide), job(5, wide), job(5), job(5)];
    expect(simulate(jobs, { count: 1, coresPerNode: 4, walltimeSeconds: long }).done).toBe(10);
  });

  it('ends at once without work', () => {
    expect(simulate([], { count: 4, coresPerNode: 8, walltimeSeconds: 100 })).toMatchObject({
      done: 0,
      allocations: 0,
      nodeSeconds: 0,
    });
  });
});
