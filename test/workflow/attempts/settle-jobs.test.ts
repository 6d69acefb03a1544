import { describe, expect, test } from 'vitest';
import { overruleForeignVerdicts } from '../../../workflow/other-tools/foreign-verdicts.ts';
import { claimJobs } from '../../../workflow/attempts/claim-jobs.ts';
import { listAttempts } from '../list-attempts.ts';
import { type Settlement, settleJobs } from '../../../workflow/attempts/settle-jobs.ts';
import type { Workflow } from '../../../workflow/database/workflow.ts';
import { aResult, aWorkflow, readRow } from '../sample-workflow.ts';

const failed = {
  kind: 'failed',
  class: 'scf_not_converged',
  reason: 'The optimization did not converge but reached the maximum number of cycles',
  retryable: true,
} as const;
const timedOut = { kind: 'timed_out', reason: 'stopped after its time limit of 2h00m' } as const;

/** One record, claimed `attempts` times, each claim but the last reset by another tool. */
function aRunningRecord(attempts = 1): Workflow {
  const workflow = aWorkflow(1);
  for (let attempt = 1; attempt <= attempts; attempt += 1) {
    workflow.db.exec(
      `update structures set status = 'to_run', error_message = 'an old error', worker_id = 'x'`,
    );
    claimJobs(workflow, { ids: [1], batchId: 1 });
  }
  workflow.db.exec(`update structures set updated_at = '2020-01-01 00:00:00', job_dir = '/jobs/job_0'`);
  return workflow;
}

function completed(attempt: number): Settlement {
  return { recordId: 1, attempt, outcome: { kind: 'completed' }, result: aResult(1, attempt) };
}

/** All that a settlement could change. */
function stateOf(workflow: Workflow): unknown {
  return [readRow(workflow, 1), listAttempts(workflow, 1)];
}

describe('a settlement writes', () => {
  test('completed: the metrics, no error, no owner', () => {
    const workflow = aRunningRecord();
    expect(settleJobs(workflow, [completed(1)])).toEqual({ applied: 1, stale: 0, overwritten: [] });
    const row = readRow(workflow, 1);
    expect(row).toMatchObject({
      status: 'completed',
      final_energy: -626.605298577892,
      max_forces: 0.000137424,
      scf_steps: 128,
      wall_time: 195.373,
      n_cores: 4,
      job_dir: '/jobs/job_0',
      error_message: null,
      worker_id: null,
      fail_count: 0,
    });
    expect(row['updated_at']).toMatch(/^20(?!20)\d\d-\d\d-\d\d \d\d:\d\d:\d\d$/);
  });

  test('completed: where and when it ran, in the attempt', () => {
    const workflow = aRunningRecord();
    settleJobs(workflow, [completed(1)]);
    expect(listAttempts(workflow, 1)).toMatchObject([
      {
        attempt: 1,
        jobId: 'c1-a1',
        outcome: 'completed',
        class: null,
        reason: null,
        retryable: null,
        node: 'node7',
        allocationId: '4711',
        slot: 3,
        cores: [24, 25, 26, 27],
        startedAt: '2026-11-22T10:00:00.000Z',
        finishedAt: '2026-11-22T10:03:20.500Z',
        elapsedSeconds: 200.5,
        program: 'orca 6.1.0',
        finalEnergyHartree: -626.605298577892,
        scfCycles: 128,
        wallTimeSeconds: 195.373,
      },
    ]);
  });

  test('failed: ORCA’s words, one failure more, the class in the attempt', () => {
    const workflow = aRunningRecord();
    settleJobs(workflow, [{ recordId: 1, attempt: 1, outcome: failed, result: aResult(1, 1) }]);
    expect(readRow(workflow, 1)).toMatchObject({
      status: 'failed',
      error_message: failed.reason,
      fail_count: 1,
      worker_id: null,
      final_energy: null,
    });
    expect(listAttempts(workflow, 1)).toMatchObject([
      {
        outcome: 'failed',
        class: 'scf_not_converged',
        reason: failed.reason,
        retryable: true,
        node: 'node7',
      },
    ]);
  });

  test('failed without words: the class instead', () => {
    const workflow = aRunningRecord();
    settleJobs(workflow, [{ recordId: 1, attempt: 1, outcome: { ...failed, reason: '' }, result: null }]);
    expect(readRow(workflow, 1)).toMatchObject({ error_message: 'scf_not_converged' });
  });

  test('failed before ORCA ran: no failure counted, no run in the attempt', () => {
    const workflow = aRunningRecord();
    settleJobs(workflow, [
      { recordId: 1, attempt: 1, outcome: failed, result: null, countsAsFailure: false },
    ]);
    expect(readRow(workflow, 1)).toMatchObject({ status: 'failed', fail_count: 0 });
    expect(listAttempts(workflow, 1)).toMatchObject([{ outcome: 'failed', node: null, cores: null }]);
  });

  test('failed on a row whose fail_count is NULL: one', () => {
    const workflow = aRunningRecord();
    workflow.db.exec('update structures set fail_count = null');
    settleJobs(workflow, [{ recordId: 1, attempt: 1, outcome: failed, result: null }]);
    expect(readRow(workflow, 1)).toMatchObject({ fail_count: 1 });
  });

  test('timed out: the reason, no failure counted', () => {
    const workflow = aRunningRecord();
    settleJobs(workflow, [{ recordId: 1, attempt: 1, outcome: timedOut, result: aResult(1, 1) }]);
    expect(readRow(workflow, 1)).toMatchObject({
      status: 'timeout',
      error_message: timedOut.reason,
      fail_count: 0,
      worker_id: null,
    });
    expect(listAttempts(workflow, 1)).toMatchObject([{ outcome: 'timed_out', reason: timedOut.reason }]);
  });
});

describe('a settlement changes nothing', () => {
  test.each([
    ['the same again', completed(1)],
    ['another outcome', { recordId: 1, attempt: 1, outcome: failed, result: null }],
  ])('the second time: %s', (_what, second) => {
    const workflow = aRunningRecord();
    settleJobs(workflow, [completed(1)]);
    const before = stateOf(workflow);
    expect(settleJobs(workflow, [second])).toEqual({ applied: 0, stale: 1, overwritten: [] });
    expect(stateOf(workflow)).toEqual(before);
  });

  test('the second time in the same batch', () => {
    const workflow = aRunningRecord();
    const failure = { recordId: 1, attempt: 1, outcome: failed, result: null };
    expect(settleJobs(workflow, [failure, failure])).toEqual({ applied: 1, stale: 1, overwritten: [] });
    expect(readRow(workflow, 1)).toMatchObject({ fail_count: 1 });
  });

  test('after a newer claim', () => {
    const workflow = aRunningRecord(2);
    const before = stateOf(workflow);
    expect(settleJobs(workflow, [completed(1)])).toEqual({ applied: 0, stale: 1, overwritten: [] });
    expect(stateOf(workflow)).toEqual(before);
    expect(settleJobs(workflow, [completed(2)])).toEqual({ applied: 1, stale: 0, overwritten: [] });
  });

  test('of an attempt or a record that nobody claimed', () => {
    const workflow = aRunningRecord();
    const before = stateOf(workflow);
    const strangers = [completed(9), { ...completed(1), recordId: 77 }];
    expect(settleJobs(workflow, strangers)).toEqual({ applied: 0, stale: 2, overwritten: [] });
    expect(stateOf(workflow)).toEqual(before);
  });

  test.each([`status = 'to_run'`, `status = 'ready'`, `worker_id = '4711'`])(
    'in the row when another tool wrote %s meanwhile; the attempt keeps the result',
    (theirs) => {
      const workflow = aRunningRecord();
      workflow.db.prepare(`update structures set ${theirs}, error_message = 'theirs'`).run();
      const before = readRow(workflow, 1);
      expect(settleJobs(workflow, [completed(1)])).toEqual({ applied: 0, stale: 1, overwritten: [] });
      expect(readRow(workflow, 1)).toEqual(before);
      expect(listAttempts(workflow, 1)).toMatchObject([
        { outcome: 'completed', finalEnergyHartree: -626.605298577892 },
      ]);
    },
  );
});

describe('what another tool has judged too early is written over', () => {
  test.each(['completed', 'failed', 'timeout'])('%s', (status) => {
    const workflow = aRunningRecord();
    workflow.db.prepare('update structures set status = ?').run(status);
    expect(settleJobs(workflow, [completed(1)])).toEqual({
      applied: 1,
      stale: 0,
      overwritten: [{ recordId: 1, attempt: 1, jobId: 'c1-a1', status }],
    });
    expect(readRow(workflow, 1)).toMatchObject({ status: 'completed', final_energy: -626.605298577892 });
  });

  test('also when the record was set back before, which is not told again', () => {
    const workflow = aRunningRecord();
    const judge = (): unknown => workflow.db.exec(`update structures set status = 'failed'`);
    judge();
    expect(overruleForeignVerdicts(workflow)).toMatchObject([{ recordId: 1, status: 'failed' }]);
    expect(readRow(workflow, 1)).toMatchObject({ status: 'running' });
    judge();
    expect(overruleForeignVerdicts(workflow)).toEqual([]);
    judge();
    expect(settleJobs(workflow, [completed(1)])).toEqual({ applied: 1, stale: 0, overwritten: [] });
  });
});

test('an empty batch is no error', () => {
  expect(settleJobs(aWorkflow(1), [])).toEqual({ applied: 0, stale: 0, overwritten: [] });
});
