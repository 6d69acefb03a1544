import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parseBenchOptions } from '../../../tools/bench/bench-options.ts';
import { decideVerdict, type Figure } from '../../../tools/bench/figure.ts';
import { measureUse } from '../../../tools/bench/timing/job-intervals.ts';
import { type AttemptTimes, listGaps } from '../../../tools/bench/timing/list-attempt-times.ts';
import { drawDurations, listSchedule } from '../../../tools/bench/timing/list-schedule.ts';
import { median, pickMedianRound, quantile } from '../../../tools/bench/statistics.ts';
import { listOpened } from '../../../tools/bench/timing/trace-files.ts';

const floor = { what: 'a floor', value: 100 };

describe('a figure', () => {
  test.each<[string, Partial<Figure>, ReturnType<typeof decideVerdict>]>([
    ['half of its floor', { value: 50, floor, target: { atLeast: 0.5 } }, 'reached'],
    ['less than half of its floor', { value: 49, floor, target: { atLeast: 0.5 } }, 'short'],
    ['as slow as it may be', { value: 103, floor, target: { atMost: 1.03 } }, 'reached'],
    ['slower than it may be', { value: 104, floor, target: { atMost: 1.03 } }, 'short'],
    ['without a floor, by itself', { value: 121, target: { atMost: 120 } }, 'short'],
    ['without a target', { value: 121, floor }, null],
    // What was not measured is not reached.
    ['that is no number', { value: Number.NaN, target: { atMost: 120 } }, 'short'],
  ])('%s', (_, figure, verdict) => {
    expect(decideVerdict({ what: 'x', unit: 's', value: 0, ...figure })).toBe(verdict);
  });
});

test('quantiles are by the nearest rank', () => {
  const values = [30, 10, 20, 40];
  expect([0, 0.25, 0.5, 0.95, 1].map((share) => quantile(values, share))).toEqual([10, 10, 20, 40, 40]);
  expect(median([])).toBeNaN();
});

test('the median round is the one with the median ratio, as it was', () => {
  const rounds = [
    { value: 10, floor: 10 },
    { value: 9, floor: 3 },
    { value: 8, floor: 4 },
  ];
  expect(pickMedianRound(rounds)).toEqual({ value: 8, floor: 4 });
});

describe('list scheduling', () => {
  test.each<[number[], number, number]>([
    [[3, 2, 1], 1, 6],
    [[3, 2, 1], 2, 3],
    // The long job comes last and nobody knew: that is what makes it longer than the mean load.
    [[1, 1, 1, 5], 2, 6],
    [[], 4, 0],
  ])('of %j on %i slots takes %i', (seconds, slots, makespan) => {
    expect(listSchedule(seconds, slots)).toBe(makespan);
  });

  test('durations are the same in every run, and log-normal', () => {
    const durations = drawDurations(1001, 2, 0.8);
    expect(drawDurations(1001, 2, 0.8)).toEqual(durations);
    expect(median(durations)).toBeCloseTo(2, 0);
    const share = durations.filter((seconds) => seconds < 2 * Math.exp(0.8)).length / durations.length;
    expect(share).toBeGreaterThan(0.8);
    expect(share).toBeLessThan(0.88);
  });
});

function anAttempt(slot: number, startedAtMs: number, finishedAtMs: number): AttemptTimes {
  return { slot, startedAtMs, finishedAtMs, queuedAtMs: 0, settledAtMs: 0 };
}

test('gaps are those of each slot alone', () => {
  expect(
    listGaps([anAttempt(0, 0, 10), anAttempt(1, 1, 5), anAttempt(1, 8, 30), anAttempt(0, 15, 20)]),
  ).toEqual([3, 5]);
});

test('the use of slots is told while jobs wait, and in all', () => {
  const jobs = [
    { startMs: 1000, endMs: 3000 },
    { startMs: 1000, endMs: 5000 },
    { startMs: 3000, endMs: 4000 },
  ];
  // Two slots, granted at 0: both work until the last job starts; then one works for a second, one for two.
  expect(measureUse(jobs, 2, 0)).toEqual({
    firstJobSeconds: 1,
    steady: 1,
    whole: 7 / 10,
    tailSeconds: 2,
    makespanSeconds: 5,
  });
});

test('a trace of strace tells what was opened, also when two processes take turns', () => {
  const dir = mkdtempSync(join(tmpdir(), 'oact-trace-'));
  const log = join(dir, 'log');
  const lines = [
    '10 openat(AT_FDCWD, "/shared/a.js", O_RDONLY|O_CLOEXEC) = 17',
    '10 openat(AT_FDCWD, "/shared/none.js", O_RDONLY) = -1 ENOENT (No such file or directory)',
    '10 openat(AT_FDCWD, "/shared/b.js", O_RDONLY <unfinished ...>',
    '11 execve("/bin/sh", ["sh"], 0x7ffd /* 3 vars */ <unfinished ...>',
    '10 <... openat resumed>) = 18',
    '11 <... execve resumed>) = 0',
    '11 openat(AT_FDCWD, "/proc/self/maps", O_RDONLY) = 3',
    '11 +++ exited with 0 +++',
  ];
  writeFileSync(log, lines.join('\n'));
  expect(listOpened(log)).toEqual(['/shared/a.js', '/shared/b.js', '/bin/sh']);
  rmSync(dir, { recursive: true });
});

describe('the command line', () => {
  const known = ['enqueue', 'settle'];

  test('runs everything, or what it is asked for', () => {
    expect(parseBenchOptions([], known)).toEqual({ only: known, isQuick: false, asJson: false });
    const some = parseBenchOptions(['--only', 'settle', '--quick', '--json'], known);
    expect(some).toEqual({ only: ['settle'], isQuick: true, asJson: true });
  });

  test.each([[['--only', 'setle']], [['--fast']]])('refuses %j', (args) => {
    expect(() => parseBenchOptions(args, known)).toThrow(/setle|fast/);
  });
});
