import { describe, expect, it } from 'vitest';
import { describeSigns } from '../../../cli/status/render-progress.ts';
import { judgeOverdue, readUpperSeconds, stallMsFor } from '../../../consumer/progress/judge-time.ts';
import { anOptimization } from '../../cli/a-progress.ts';
import { aPayload } from '../a-payload.ts';

describe('a run against what is expected of it', () => {
  it.each([
    [600, 1000, undefined],
    [1499, 1000, undefined],
    [1500, 1000, 500],
    [90_000, undefined, undefined],
  ])('after %d s, of at most %s s, is overdue by %s s', (seconds, upper, overdue) => {
    expect(judgeOverdue(1000 * seconds, upper)).toBe(overdue);
  });

  it.each([
    [undefined, 600_000],
    [10_000, 600_000],
    [300, 300_000],
    [2, 60_000],
  ])('that takes at most %s s stalls after %d ms of silence', (upper, stallMs) => {
    expect(stallMsFor(600_000, upper)).toBe(stallMs);
  });

  it('reads the expectation of a payload, of an older one, and of garbage', () => {
    const expected = { medianSeconds: 60, upperSeconds: 90 };
    expect(readUpperSeconds(aPayload({ expected }))).toBe(90);
    expect(readUpperSeconds(aPayload({ expected: { ...expected, upperSeconds: null } }))).toBeUndefined();
    expect(readUpperSeconds({ v: 1 })).toBeUndefined();
    expect(readUpperSeconds('garbage')).toBeUndefined();
  });

  it('is told wherever running jobs are listed', () => {
    const now = new Date('2026-11-22T10:00:00Z');
    const progress = { ...anOptimization(now.toISOString()), overdueSeconds: 7200 };
    expect(describeSigns(progress, now)).toContain('2h00m longer than 95 of 100 such jobs take');
  });
});
