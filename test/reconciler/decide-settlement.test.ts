import { describe, expect, it } from 'vitest';
import type { JobResult } from '../../core/job/result.ts';
import {
  decideSettlement as decide,
  fileWaitMs,
  type SettlementDecision,
} from '../../reconciler/decide-settlement.ts';
import type { FinishedJob } from '../../reconciler/finished-job.ts';
import type { PublishedFile } from '../../reconciler/read-result-file.ts';
import { aResult } from '../workflow/sample-workflow.ts';
import { catalogue, failureClasses, rowOf } from '../../orca/failures/catalogue.ts';

const finishedOnMs = Date.parse('2026-11-22T10:00:00Z');
const counts = { starts: 3, lost: 1, handedBack: 1, faults: 0 };
const failed = (failedReason: string | null, jobId = 'c7-a2'): FinishedJob => ({
  jobId,
  set: 'failed',
  failedReason,
  finishedOnMs,
  counts,
  data: '{}',
});
const completed = (jobId = 'c7-a2'): FinishedJob => ({ ...failed(null, jobId), set: 'completed' });

const path = '/jobs/job_7/attempt-2/result.json';
const none: PublishedFile = { kind: 'none', path };
const fileOf = (result: JobResult): PublishedFile => ({ kind: 'result', result });
const unreadable: PublishedFile = { kind: 'unreadable', path, reason: `${path} is empty` };
const foreign = (isOtherCampaigns: boolean): PublishedFile => ({
  kind: 'foreign',
  path,
  reason: `${path} is of another`,
  isOtherCampaigns,
});

/** Decides long after the end, when nothing is waited for any more, or `afterMs` later. */
const decideSettlement = (
  job: FinishedJob,
  published: PublishedFile,
  afterMs = 24 * 3600_000,
): SettlementDecision => decide(job, published, { nowMs: finishedOnMs + afterMs, waitMs: fileWaitMs }, rowOf);

describe('a job that a consumer could not read', () => {
  const reasons = [
    'payload_refused: unsigned: it was queued by an older oact',
    'payload_refused: the payload has version 2, this consumer reads version 1',
  ];
  it.each(reasons)(
    'is queued anew, also when an earlier run has published: its files may not be at their place (%s)',
    (reason) => {
      for (const file of [none, fileOf(aResult(7, 2))])
        expect(decideSettlement(failed(reason), file)).toEqual({ kind: 'forget' });
    },
  );
});

describe('a completed job', () => {
  it('is settled by its published file', () => {
    const result = aResult(7, 2);
    expect(decideSettlement(completed(), fileOf(result))).toEqual({
      kind: 'settle',
      settlement: {
        recordId: 7,
        attempt: 2,
        outcome: { kind: 'completed' },
        result,
        countsAsFailure: true,
        counts,
      },
      doubt: null,
    });
  });

  it('whose file says that it failed has failed: the queue is not believed', () => {
    const outcome = { kind: 'failed', class: 'scf_not_converged', reason: 'no', retryable: true } as const;
    expect(decideSettlement(completed(), fileOf(aResult(7, 2, { outcome })))).toMatchObject({
      settlement: { outcome },
    });
  });

  it.each([
    ['no file', none, null],
    ['a file that cannot be read', unreadable, path],
    ['the file of another campaign', foreign(true), path],
    ['the file of another record, which stays where it is', foreign(false), null],
  ])('with %s fails by a name, uncharged', (_, file, setAside) => {
    expect(decideSettlement(completed(), file)).toMatchObject({
      kind: 'settle',
      settlement: {
        outcome: { kind: 'failed', class: 'result_lost', reason: expect.stringContaining(path) },
        result: null,
        countsAsFailure: false,
      },
      doubt: { setAside },
    });
  });

  it('under an id that oact did not make is left where it is', () => {
    expect(decideSettlement(completed('repeat:1'), none)).toMatchObject({ kind: 'foreign' });
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
    expect(decideSettlement(failed('scf_not_converged: the SCF…'), fileOf(result))).toMatchObject({
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
    [
      null,
      { kind: 'failed', class: 'unknown', reason: 'the queue has no reason for it', retryable: false },
      true,
    ],
  ])('without one is settled by the words in the queue: %s', (words, expected, countsAsFailure) => {
    expect(decideSettlement(failed(words), none)).toEqual({
      kind: 'settle',
      settlement: { recordId: 7, attempt: 2, outcome: expected, result: null, countsAsFailure, counts },
      doubt: /^(scf_not_converged|timed_out)/.test(words ?? '')
        ? { reason: 'its result file did not appear', setAside: null }
        : null,
    });
  });

  it('with the result of another record in its directory is settled by the words', () => {
    expect(decideSettlement(failed('x: y'), foreign(false))).toMatchObject({
      settlement: { outcome: { class: 'x', reason: 'y' }, result: null },
      doubt: { setAside: null },
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
    ['it is completed', completed(), 10, 'wait'],
    ['it is completed', completed(), 60_000, 'settle'],
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
    expect(decideSettlement(job, none, afterMs).kind).toBe(kind);
  });

  it('is not waited for when it is there, nor when the job is not ours', () => {
    const result = aResult(7, 2);
    expect(decideSettlement(failed('scf_not_converged: no'), fileOf(result), 0).kind).toBe('settle');
    expect(decideSettlement(completed(), fileOf(result), 0).kind).toBe('settle');
    expect(decideSettlement(failed('scf_not_converged: no', '7'), none, 0).kind).toBe('foreign');
  });
});

describe('every class of the catalogue', () => {
  it.each(failureClasses.filter((name) => name !== 'timed_out'))(
    '%s is charged as its row says, with and without a result',
    (name) => {
      const { charged } = catalogue[name];
      const outcome = { kind: 'failed', class: name, reason: 'no', retryable: false } as const;
      for (const published of [fileOf(aResult(7, 2, { outcome })), none])
        expect(decideSettlement(failed(`${name}: no`), published)).toMatchObject({
          kind: 'settle',
          settlement: { countsAsFailure: charged },
        });
    },
  );

  it.each(failureClasses)('%s is waited for only if its row says that it leaves a result', (name) => {
    const { leavesResult } = catalogue[name];
    const { kind } = decideSettlement(failed(`${name}: no`), none, 0);
    expect(kind).toBe(leavesResult ? 'wait' : 'settle');
  });
});
