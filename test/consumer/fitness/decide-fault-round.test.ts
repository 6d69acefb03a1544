import { describe, expect, it } from 'vitest';
import {
  countFault,
  pauseBeforeCheckMs,
  provesNodeFit,
  usualHoldLimits,
} from '../../../consumer/fitness/decide-fault-round.ts';

describe('a fault', () => {
  it.each([
    ['of a job fetched since the node was last found fit opens a round', 'c2-a1', 1000, true],
    ['of a job fetched before tells of a trouble that is over', 'c2-a1', 999, false],
    ['of the job that opened the last round may be its own', 'c1-a1', 1500, false],
  ])('%s', (_, jobId, fetchedAtMs, opens) => {
    const rounds = { openedBy: ['c1-a1'], fitSinceMs: 1000 };
    const openedBy = opens ? ['c1-a1', jobId] : ['c1-a1'];
    expect(countFault(rounds, { jobId, fetchedAtMs })).toEqual({ openedBy, fitSinceMs: 1000 });
  });

  it('is followed by checks after 1, 2, 4 … 30 s', () => {
    const pauses = [0, 1, 2, 3, 4, 5, 6].map((checks) => pauseBeforeCheckMs(checks, usualHoldLimits) / 1000);
    expect(pauses).toEqual([1, 2, 4, 8, 16, 30, 30]);
  });
});

it.each([
  ['completed', true],
  ['failed', true],
  ['timed_out', true],
  ['handed_back', false],
  ['refused', false],
  ['fenced', false],
  ['fault', false],
  ['too_late', false],
] as const)('a job that was %s proves the node fit: %s', (ending, proves) => {
  expect(provesNodeFit(ending)).toBe(proves);
});
