import { describe, expect, it } from 'vitest';
import type { DecideRetry, RetryCase } from '../../../core/job/retry.ts';
import { recordBatch } from '../../../workflow/attempts/batches.ts';
import { claimJobs } from '../../../workflow/attempts/claim-jobs.ts';
import { claimRetry, decideFollowUp } from '../../../workflow/attempts/claim-retry.ts';
import { listOpenAttempts } from '../../../workflow/attempts/list-open-attempts.ts';
import { settleJobs, type Settlement } from '../../../workflow/attempts/settle-jobs.ts';
import type { Workflow } from '../../../workflow/database/workflow.ts';
import { aResult, aWorkflow, readRow } from '../sample-workflow.ts';

const outcome = { kind: 'failed', class: 'scf_not_converged', reason: 'no luck', retryable: true } as const;
const again = {
  kind: 'retry' as const,
  reason: 'with SlowConv',
  remedies: [],
  waitSeconds: 0,
  avoidNodes: [] as string[],
};

function aFailure(workflow: Workflow, changes: Partial<Settlement> = {}): Settlement {
  claimJobs(workflow, { ids: [1], batchId: recordBatch(workflow, { recipe: 'omol' }) });
  const settlement = { recordId: 1, attempt: 1, outcome, result: aResult(1, 1, { outcome }), ...changes };
  settleJobs(workflow, [settlement]);
  return settlement;
}

const readAttempts = (workflow: Workflow) =>
  workflow.db.prepare('select attempt, retry_of, retry_reason, not_retried from oact_attempts').all();

const retry = (workflow: Workflow, settlement: Settlement, decide: DecideRetry) => {
  const followUp = decideFollowUp(workflow, settlement, decide);
  return followUp && claimRetry(workflow, followUp);
};

const refuse = (): never => expect.unreachable();

describe('claimRetry', () => {
  it('opens the next attempt under the same batch and leaves the record running', () => {
    const workflow = aWorkflow(1);
    const cases: RetryCase[] = [];
    const opened = retry(workflow, aFailure(workflow), (situation) => {
      cases.push(situation);
      return again;
    });
    expect(opened).toMatchObject({ recordId: 1, attempt: 2, jobId: 'c1-a2', batchId: 1, remedies: [] });
    expect(readRow(workflow, 1)).toMatchObject({ status: 'running', fail_count: 1 });
    expect(cases).toMatchObject([{ failCount: 1, tries: [{ attempt: 1, class: 'scf_not_converged' }] }]);
  });

  it('says before when it is not given out, and which nodes it leaves to others', () => {
    const workflow = aWorkflow(1);
    const opened = retry(workflow, aFailure(workflow), () => ({
      ...again,
      waitSeconds: 90,
      avoidNodes: ['n7'],
    }));
    const [open] = listOpenAttempts(workflow);
    expect(open).toEqual(opened);
    expect(open).toMatchObject({ avoidNodes: ['n7'], retryReason: 'with SlowConv' });
    expect(Date.parse(open?.notBefore ?? '') - Date.parse(open?.queuedAt ?? '')).toBe(90_000);
  });

  it('skips attempt numbers whose directories are taken', () => {
    const workflow = aWorkflow(1);
    const opened = retry(workflow, aFailure(workflow, { takenAttempt: 7 }), () => again);
    expect(opened).toMatchObject({ attempt: 8, jobId: 'c1-a8' });
  });

  it('writes down why nothing follows', () => {
    const workflow = aWorkflow(1);
    const settlement = aFailure(workflow);
    expect(retry(workflow, settlement, () => ({ kind: 'leave', reason: 'no hope' }))).toBeUndefined();
    expect(readAttempts(workflow)).toMatchObject([{ attempt: 1, not_retried: 'no hope' }]);
  });

  it.each([
    [
      'the record is to be cancelled',
      "insert into oact_cancellations values (1, 1, '2026-01-01', 'mine')",
      'cancelled',
    ],
    ['the batch was stopped', "update oact_batches set stopped_at = '2026-01-01'", 'batch 1 was stopped'],
  ])('asks nobody when %s', (_case, sql, reason) => {
    const workflow = aWorkflow(1);
    const settlement = aFailure(workflow);
    workflow.db.exec(sql);
    expect(retry(workflow, settlement, refuse)).toBeUndefined();
    expect(readAttempts(workflow)).toMatchObject([{ not_retried: expect.stringContaining(reason) }]);
  });

  it('opens nothing for a batch whose options are gone, and nothing after a success', () => {
    const workflow = aWorkflow(1);
    const settlement = aFailure(workflow);
    expect(retry(workflow, { ...settlement, outcome: { kind: 'completed' } }, () => again)).toBeUndefined();
    workflow.db.exec('delete from oact_batches');
    expect(retry(workflow, settlement, () => again)).toBeUndefined();
  });
});
