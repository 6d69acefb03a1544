import { describe, expect, it } from 'vitest';
import { decideSettlement, type FinishedJob } from '../../reconciler/decide-settlement.ts';
import { aResult } from '../workflow/sample-workflow.ts';

const campaignId = '0123abcd';
const completed = (returnValue: string | null, jobId = 'c7-a2'): FinishedJob => ({
  jobId,
  set: 'completed',
  returnValue,
  failedReason: null,
});
const failed = (failedReason: string | null, jobId = 'c7-a2'): FinishedJob => ({
  jobId,
  set: 'failed',
  returnValue: null,
  failedReason,
});

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
      },
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
      'job stalled more than allowable limit',
      { kind: 'failed', class: 'unknown', reason: 'job stalled more than allowable limit', retryable: false },
      true,
    ],
    [null, { kind: 'failed', class: 'unknown', reason: 'the queue gives no reason', retryable: false }, true],
  ])('without one is settled by the words in the queue: %s', (words, expected, countsAsFailure) => {
    expect(decideSettlement(failed(words), campaignId, undefined)).toEqual({
      kind: 'settle',
      settlement: { recordId: 7, attempt: 2, outcome: expected, result: null, countsAsFailure },
    });
  });

  it('with the result of another record in its directory is left where it is', () => {
    expect(decideSettlement(failed('x: y'), campaignId, aResult(8, 2, { outcome }))).toMatchObject({
      kind: 'foreign',
    });
  });
});
