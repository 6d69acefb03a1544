import { describe, expect, it } from 'vitest';
import type { JobResult } from '../../core/job/result.ts';
import {
  decideSettlement as decide,
  fileWaitMs,
  type SettlementDecision,
} from '../../reconciler/decide-settlement.ts';
import type { FinishedJob } from '../../reconciler/finished-job.ts';
import { aResult } from '../workflow/sample-workflow.ts';

const campaignId = '0123abcd';
const finishedOnMs = Date.parse('2026-11-22T10:00:00Z');
const counts = { starts: 3, lost: 1, handedBack: 1, faults: 0 };
const completed = (returnValue: string | null, jobId = 'c7-a2'): FinishedJob => ({
  jobId,
  set: 'completed',
  returnValue,
  failedReason: null,
  finishedOnMs,
  counts,
  data: '{}',
});
const failed = (failedReason: string | null, jobId = 'c7-a2'): FinishedJob => ({
  ...completed(null, jobId),
  set: 'failed',
  failedReason,
});

/** Decides long after the end, when nothing is waited for any more, or `afterMs` later. */
const decideSettlement = (
  job: FinishedJob,
  campaign: string,
  published: JobResult | undefined,
  afterMs = 24 * 3600_000,
): SettlementDecision =>
  decide(job, campaign, published, { nowMs: finishedOnMs + afterMs, waitMs: fileWaitMs });

describe('a completed job', () => {
  it('is settled by the result it carries', () => {
    const result = aResult(7, 2);
    expect(decideSettlement(completed(JSON.stringify(result)), campaignId, undefined)).toEqual({
      kind: 'settle',
      settlement: {
        recordId: 7,
        attempt: 2,
        outcome: { kind: 'completed' },
        result,
        countsAsFailure: true,
        counts,
      },
      missedFile: false,
    });
  });

  it.each([
    ['an id that oact did not make', completed(JSON.stringify(aResult(7, 2)), 'repeat:1')],
    ['no result', completed(null)],
    ['a result that is not JSON', completed('done')],
    ['a result of another version', completed('{"v":9}')],
    ['the result of another record', completed(JSON.stringify(aResult(8, 2)))],
    ['the result of another attempt', completed(JSON.stringify(aResult(7, 1)))],
    ['the result of another campaign', completed(JSON.stringify(aResult(7, 2, { campaignId: 'ffffffff' })))],
  ])('with %s is left where it is', (_, job) => {
    const decision = decideSettlement(job, campaignId, undefined);
    expect(decision).toMatchObject({ kind: 'foreign', reason: expect.stringMatching(/./) });
  });
});

describe('a failed job', () => {
  const outcome = {
    kind: 'failed',
    class: 'scf_not_converged',
    reason: 'the SCF…',
    retryable: true,
  } as const;

  it('is settled by its published result, which knows more than the queue', () => {
    const result = aResult(7, 2, { outcome });
    expect(decideSettlement(failed('scf_not_converged: the SCF…'), campaignId, result)).toMatchObject({
      kind: 'settle',
      settlement: { recordId: 7, attempt: 2, outcome, result, countsAsFailure: true },
    });
  });

  it.each([
    // the queue's words, outcome, counts as a failure of the record
    [
      'scf_not_converged: SCF NOT CONVERGED: 125 cycles',
      {
        kind: 'failed',
        class: 'scf_not_converged',
        reason: 'SCF NOT CONVERGED: 125 cycles',
        retryable: false,
      },
      true,
    ],
    [
      'lost: its node or consumer vanished 6 times',
      { kind: 'failed', class: 'lost', reason: 'its node or consumer vanished 6 times', retryable: false },
      true,
    ],
    [
      'payload_refused: the payload has version 2\nand more',
      {
        kind: 'failed',
        class: 'payload_refused',
        reason: 'the payload has version 2\nand more',
        retryable: false,
      },
      false,
    ],
    ['timed_out: Job exceeded 60s timeout', { kind: 'timed_out', reason: 'Job exceeded 60s timeout' }, false],
    [
      'interrupted: interrupted 5 times, last on n3',
      { kind: 'failed', class: 'interrupted', reason: 'interrupted 5 times, last on n3', retryable: false },
      false,
    ],
    [
      'blocked: Blocked by .do_not_rerun.json marker: enough',
      {
        kind: 'failed',
        class: 'blocked',
        reason: 'Blocked by .do_not_rerun.json marker: enough',
        retryable: false,
      },
      false,
    ],
    [
      'fault: ENOSPC (met 5 times, last on n3)',
      { kind: 'failed', class: 'fault', reason: 'fault: ENOSPC (met 5 times, last on n3)', retryable: false },
      false,
    ],
    [
      'job stalled more than allowable limit',
      { kind: 'failed', class: 'unknown', reason: 'job stalled more than allowable limit', retryable: false },
      true,
    ],
    [null, { kind: 'failed', class: 'unknown', reason: 'the queue gives no reason', retryable: false }, true],
  ])('without one is settled by the words in the queue: %s', (words, expected, countsAsFailure) => {
    expect(decideSettlement(failed(words), campaignId, undefined)).toEqual({
      kind: 'settle',
      settlement: { recordId: 7, attempt: 2, outcome: expected, result: null, countsAsFailure, counts },
      missedFile: /^(scf_not_converged|timed_out)/.test(words ?? ''),
    });
  });

  it('with the result of another record in its directory is left where it is', () => {
    expect(decideSettlement(failed('x: y'), campaignId, aResult(8, 2, { outcome }))).toMatchObject({
      kind: 'foreign',
    });
  });
});

describe('a result file that is not visible yet', () => {
  it.each([
    // job, ms since its end, decision
    ['ORCA said no', failed('scf_not_converged: no'), 0, 'wait'],
    ['ORCA said no', failed('scf_not_converged: no'), 59_999, 'wait'],
    ['ORCA said no', failed('scf_not_converged: no'), 60_000, 'settle'],
    ['its time limit', failed('timed_out: Job exceeded 60s timeout'), 10, 'wait'],
    ['it is completed, its return value unreadable', completed('{"v":9}'), 10, 'wait'],
    ['it is completed, its return value unreadable', completed('{"v":9}'), 60_000, 'foreign'],
    ['it ended on a node whose clock is 59 s ahead', failed('scf_not_converged: no'), -59_000, 'wait'],
    [
      'it ended on a node whose clock is an hour ahead',
      failed('scf_not_converged: no'),
      -3_600_000,
      'settle',
    ],
    ['its payload was refused', failed('payload_refused: no'), 0, 'settle'],
    ['a marker blocks it', failed('blocked: no'), 0, 'settle'],
    ['it met too many faults', failed('fault: no'), 0, 'settle'],
    ['it was lost too often', failed('lost: no'), 0, 'settle'],
    ['it was interrupted too often', failed('interrupted: no'), 0, 'settle'],
    ['it was failed by somebody else', failed('some words'), 0, 'settle'],
  ])('%s: %o', (_, job, afterMs, kind) => {
    expect(decideSettlement(job, campaignId, undefined, afterMs).kind).toBe(kind);
  });

  it('is not waited for when it is there, nor when the job is not ours', () => {
    const result = aResult(7, 2);
    expect(decideSettlement(failed('scf_not_converged: no'), campaignId, result, 0).kind).toBe('settle');
    expect(decideSettlement(completed('{"v":9}'), campaignId, result, 0).kind).toBe('settle');
    expect(decideSettlement(failed('scf_not_converged: no', '7'), campaignId, undefined, 0).kind).toBe(
      'foreign',
    );
  });
});
