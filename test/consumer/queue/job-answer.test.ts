import { describe, expect, it } from 'vitest';
import {
  answerCancelled,
  answerFault,
  answerResult,
  answerUnfinished,
  type JobPast,
  putOffTooLate,
  refuseJob,
  type Unfinished,
} from '../../../consumer/queue/job-answer.ts';
import { parseHistory } from '../../../core/job/job-history.ts';
import { aResult } from '../../workflow/sample-workflow.ts';

const source = { node: 'n1', start: 3, now: new Date('2026-11-22T10:00:00Z') };

const past = (counts: { faults?: number; handedBack?: number; outOfTime?: number } = {}): JobPast => ({
  history: { ...parseHistory(0), ...counts },
  lostCount: 0,
  crashLimit: 3,
  source,
});

describe('the answer about a result', () => {
  it.each([
    [{ kind: 'completed' as const }, 'complete', 'completed', undefined],
    [
      { kind: 'failed' as const, class: 'scf_not_converged', reason: 'no', retryable: true },
      'fail',
      'failed',
      'scf_not_converged: no',
    ],
    [{ kind: 'timed_out' as const, reason: 'over 5 s' }, 'fail', 'timed_out', 'timed_out: over 5 s'],
    [
      { kind: 'failed' as const, class: 'cancelled', reason: 'cancelled: mine', retryable: false },
      'fail',
      'failed',
      'cancelled: mine',
    ],
  ])('%j', (outcome, kind, ending, words) => {
    const result = aResult(1, 1, { outcome });
    const answer = answerResult(result);
    expect(answer).toMatchObject({ kind, ending, ...(words && { words, history: null }) });
    expect(answerCancelled(result).ending).toBe(kind === 'complete' ? 'completed' : 'cancelled');
  });
});

describe('the answer about a run without a result', () => {
  const cancelled = { why: 'cancelled', reason: 'mine' } as const;
  it.each<[Unfinished, number, Record<string, unknown>]>([
    // what happened, interruptions before it, the answer
    [{ why: 'lock_lost' }, 9, { kind: 'silent', ending: 'fenced' }],
    [cancelled, 9, { kind: 'fail', words: expect.stringContaining('mine'), ending: 'cancelled' }],
    [{ why: 'paused' }, 9, { kind: 'hand_back', history: null, ending: 'handed_back' }],
    [{ why: 'drain', ranSeconds: null }, 9, { kind: 'hand_back', history: null, ending: 'handed_back' }],
    [{ why: 'drain', ranSeconds: 60 }, 9, { kind: 'hand_back', ending: 'handed_back' }],
    [{ why: 'walltime', ranSeconds: 60 }, 0, { kind: 'hand_back', ending: 'handed_back' }],
    [{ why: 'walltime', ranSeconds: 60 }, 1, { kind: 'hand_back', ending: 'handed_back' }],
    [{ why: 'walltime', ranSeconds: 60 }, 2, { kind: 'fail', ending: 'refused' }],
  ])('%j after %d interruptions', (run, outOfTime, expected) => {
    expect(
      answerUnfinished(
        run,
        past(run.why === 'walltime' ? { handedBack: 9, outOfTime } : { handedBack: outOfTime }),
      ),
    ).toMatchObject(expected);
  });

  it('counts an interruption, and says after how long', () => {
    const once = answerUnfinished({ why: 'drain', ranSeconds: 60 }, past());
    expect(once).toMatchObject({ history: { handedBack: 1, outOfTime: 0, node: 'n1', start: 3 } });
    const thrice = answerUnfinished(
      { why: 'walltime', ranSeconds: 60 },
      past({ handedBack: 4, outOfTime: 2 }),
    );
    expect(thrice).toMatchObject({
      words: expect.stringContaining('cut short 3 times by the end of a walltime, last on n1 after 1m'),
      history: { handedBack: 5, outOfTime: 3 },
    });
  });
});

describe('the answer about a fault', () => {
  it.each([
    // faults before it, the answer
    [0, { kind: 'put_off', delayMs: 30_000, ending: 'fault', history: { faults: 1, lastFault: 'ENOSPC' } }],
    [1, { kind: 'put_off', delayMs: 60_000, ending: 'fault', history: { faults: 2 } }],
    [2, { kind: 'fail', words: 'fault: ENOSPC (met 3 times, last on n1)', ending: 'refused' }],
  ])('after %d faults', (faults, expected) => {
    expect(answerFault(new Error('ENOSPC'), past({ faults }), 30_000)).toMatchObject(expected);
  });
});

it('refuses and puts off without counting', () => {
  expect(refuseJob('blocked: x')).toMatchObject({ kind: 'fail', words: 'blocked: x', history: null });
  expect(putOffTooLate(5)).toMatchObject({ kind: 'put_off', delayMs: 5, history: null, ending: 'too_late' });
});
