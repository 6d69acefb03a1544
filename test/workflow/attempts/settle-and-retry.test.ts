import { describe, expect, test } from 'vitest';
import { catalogue, failureClasses, rowOf } from '../../../orca/failures/catalogue.ts';
import type { Outcome } from '../../../core/job/outcome.ts';
import type { DecideRetry, RetryCase } from '../../../core/job/retry.ts';
import { aResult, aWorkflow, readRow } from '../sample-workflow.ts';
import { claimJobs } from '../../../workflow/attempts/claim-jobs.ts';
import { countOpenRetries } from '../../../workflow/attempts/count-open-attempts.ts';
import { listOpenAttempts } from '../../../workflow/attempts/list-open-attempts.ts';
import { findStoppedBatch, listStoppedBatches, recordBatch } from '../../../workflow/attempts/batches.ts';
import { settleAndRetry } from '../../../workflow/attempts/settle-and-retry.ts';
import type { Workflow } from '../../../workflow/database/workflow.ts';
import { countByStatus } from '../../../workflow/reports/count-by-status.ts';
import { showRecord } from '../../../workflow/lookup/show-record.ts';

const failed = (name = 'mpi_transport', reason = `${name} happened`): Outcome => ({
  kind: 'failed',
  class: name,
  reason,
  retryable: true,
});
const halfTheRanks = { kind: 'fewer_ranks' as const, share: 0.5 };
const always: DecideRetry = ({ tries }) => ({
  kind: 'retry',
  reason: `try ${tries.length} failed`,
  remedies: [halfTheRanks],
  waitSeconds: 0,
  avoidNodes: [],
});
const settleRule = (decideRetry: DecideRetry | null) => ({
  decideRetry,
  stopAfter: 0,
  isOneMachine: false,
  rulesOf: rowOf,
});
const never: DecideRetry = () => ({ kind: 'leave', reason: 'no hope' });

function aClaimedWorkflow(rows: number): Workflow {
  const workflow = aWorkflow(rows);
  const ids = Array.from({ length: rows }, (_, index) => index + 1);
  claimJobs(workflow, { ids, batchId: recordBatch(workflow, { recipe: 'omol' }) });
  return workflow;
}

const settle = (
  workflow: Workflow,
  endings: [recordId: number, attempt: number, outcome: Outcome][],
  decideRetry: DecideRetry | null = always,
  stopAfter = 0,
  isOneMachine = true,
) =>
  settleAndRetry(
    workflow,
    endings.map(([recordId, attempt, outcome]) => ({
      recordId,
      attempt,
      outcome,
      result: aResult(recordId, attempt, { outcome }),
    })),
    { decideRetry, stopAfter, isOneMachine, rulesOf: rowOf },
  );

describe('a failure with a retry', () => {
  test('charges the failure and leaves the record running with a new open attempt', () => {
    const workflow = aClaimedWorkflow(2);
    const { retries, applied } = settle(workflow, [
      [1, 1, failed()],
      [2, 1, { kind: 'completed' }],
    ]);
    expect(applied).toBe(2);
    expect(retries).toMatchObject([
      { recordId: 1, attempt: 2, jobId: 'c1-a2', batchId: 1, remedies: [halfTheRanks] },
    ]);
    expect(readRow(workflow, 1)).toMatchObject({
      status: 'running',
      fail_count: 1,
      error_message: 'mpi_transport happened',
    });
    expect(listOpenAttempts(workflow)).toEqual(retries);
    expect(countByStatus(workflow)).toMatchObject({ running: 1, completed: 1, failed: 0, total: 2 });
    expect(countOpenRetries(workflow)).toBe(1);
    expect(showRecord(workflow, 1)?.attempts).toMatchObject([
      { attempt: 1, outcome: 'failed', retryOf: null, remedies: [], notRetried: null },
      { attempt: 2, outcome: null, retryOf: 1, retryReason: 'try 1 failed', remedies: [halfTheRanks] },
    ]);
  });

  test('that is settled again changes nothing', () => {
    const workflow = aClaimedWorkflow(1);
    settle(workflow, [[1, 1, failed()]]);
    const before = showRecord(workflow, 1);
    expect(settle(workflow, [[1, 1, failed()]])).toMatchObject({ applied: 0, stale: 1, retries: [] });
    expect(showRecord(workflow, 1)).toEqual(before);
  });

  test('that helps clears the error and keeps the count of true failures', () => {
    const workflow = aClaimedWorkflow(1);
    settle(workflow, [[1, 1, failed()]]);
    settle(workflow, [[1, 2, { kind: 'completed' }]]);
    expect(readRow(workflow, 1)).toMatchObject({ status: 'completed', fail_count: 1, error_message: null });
    expect(countOpenRetries(workflow)).toBe(0);
  });

  test('of a time limit is not charged', () => {
    const workflow = aClaimedWorkflow(1);
    settle(workflow, [[1, 1, { kind: 'timed_out', reason: 'too long' }]]);
    expect(readRow(workflow, 1)).toMatchObject({ status: 'running', fail_count: 0 });
  });

  test('never takes the number of an attempt that is on disk', () => {
    const workflow = aClaimedWorkflow(1);
    const outcome = failed();
    const settlement = { recordId: 1, attempt: 1, outcome, result: null, takenAttempt: 4 };
    const { retries } = settleAndRetry(workflow, [settlement], settleRule(always));
    expect(retries).toMatchObject([{ attempt: 5, jobId: 'c1-a5' }]);
  });

  test('is decided by the attempts since a person queued the record, with what each did otherwise', () => {
    const workflow = aClaimedWorkflow(1);
    settle(workflow, [[1, 1, failed()]]);
    settle(workflow, [[1, 2, failed('crash_module')]], never);
    workflow.db.exec(`update structures set status = 'to_run'`);
    claimJobs(workflow, { ids: [1], batchId: 1 });
    settle(workflow, [[1, 3, failed('oom_killed')]]);
    const asked: RetryCase[] = [];
    settle(workflow, [[1, 4, { kind: 'timed_out', reason: 'too long' }]], (situation) => {
      asked.push(situation);
      return never(situation);
    });
    expect(asked).toEqual([
      {
        failCount: 3,
        tries: [
          { attempt: 3, class: 'oom_killed', remedies: [], cores: 4, files: [], node: 'node7' },
          {
            attempt: 4,
            class: 'timed_out',
            remedies: [halfTheRanks],
            cores: 4,
            files: ['orca.inp', 'orca.out'],
            node: 'node7',
          },
        ],
      },
    ]);
  });
});

describe('no retry follows', () => {
  test('what the policy leaves: the reason stays with the attempt', () => {
    const workflow = aClaimedWorkflow(1);
    expect(settle(workflow, [[1, 1, failed()]], never).retries).toEqual([]);
    expect(readRow(workflow, 1)).toMatchObject({ status: 'failed', fail_count: 1 });
    expect(showRecord(workflow, 1)?.attempts).toMatchObject([{ notRetried: 'no hope' }]);
  });

  test.each<[string, (workflow: Workflow) => void]>([
    ['a record that another tool has reset', ({ db }) => db.exec(`update structures set status = 'to_run'`)],
    ['an attempt of no batch', ({ db }) => db.exec('update oact_attempts set batch_id = 0')],
  ])('%s', (_what, change) => {
    const workflow = aClaimedWorkflow(1);
    change(workflow);
    expect(settle(workflow, [[1, 1, failed()]]).retries).toEqual([]);
    expect(listOpenAttempts(workflow)).toEqual([]);
  });
});

const endings = (outcomes: Outcome[], from = 1): [number, number, Outcome][] =>
  outcomes.map((outcome, index) => [from + index, 1, outcome]);

const killed = (id: number): Outcome =>
  failed('oom_killed', `orca_scf_mpi: killed by signal 9 at /scratch/c${id}-a1/x.tmp`);
const retryOnce: DecideRetry = (one) => (one.tries.length === 1 ? always(one) : never(one));

describe('a batch is stopped', () => {
  const wrong = failed('input_keyword', 'UNRECOGNIZED KEYWORD FOO');
  const error = 'input_keyword: UNRECOGNIZED KEYWORD FOO';

  test('when its first runs died alike, whatever the transactions', () => {
    const workflow = aClaimedWorkflow(6);
    expect(settle(workflow, endings([wrong, wrong]), never, 3).stops.batches).toEqual([]);
    expect(listStoppedBatches(workflow)).toEqual([]);
    const stop = { batchId: 1, endings: 4, error, isFirst: true, nodes: 1 };
    expect(settle(workflow, endings([wrong, wrong], 3), never, 3).stops.batches).toEqual([stop]);
    expect(settle(workflow, endings([wrong], 5), never, 3).stops.batches).toEqual([]);
    expect(findStoppedBatch(workflow, 1)).toEqual(stop);
    expect(listStoppedBatches(workflow)).toEqual([stop]);
    recordBatch(workflow, { recipe: 'x2c' });
    expect(listStoppedBatches(workflow)).toEqual([]);
  });

  test.each<[string, Outcome[]]>([
    ['one succeeded', [wrong, { kind: 'completed' }, wrong, wrong, wrong]],
    ['one failed otherwise', [wrong, failed(), wrong, wrong, wrong]],
    ['one said something else', [failed('input_keyword', 'BAR'), wrong, wrong, wrong, wrong]],
    ['there were too few', [wrong, wrong]],
  ])('not when %s', (_why, outcomes) => {
    const workflow = aClaimedWorkflow(6);
    expect(settle(workflow, endings(outcomes), never, 3).stops.batches).toEqual([]);
    expect(findStoppedBatch(workflow, 1)).toBeUndefined();
  });

  test('not by records that were refused, and never with 0', () => {
    const workflow = aClaimedWorkflow(6);
    const refused = [1, 2, 3].map((recordId) => ({ recordId, attempt: 1, outcome: wrong, result: null }));
    expect(settleAndRetry(workflow, refused, { ...settleRule(null), stopAfter: 2 }).stops.batches).toEqual(
      [],
    );
    expect(settle(workflow, endings([wrong, wrong], 4), never, 0).stops.batches).toEqual([]);
  });

  const incomparable = failureClasses.filter((name) => !catalogue[name].isComparable);
  test.each(incomparable)(
    'not by records that end as %s, which the catalogue calls no common cause',
    (name) => {
      const workflow = aClaimedWorkflow(3);
      const outcomes = [1, 2, 3].map(() => failed(name, 'alike'));
      expect(settle(workflow, endings(outcomes), never, 3).stops).toEqual({ batches: [], nodes: [] });
    },
  );

  test('of whatever class, as soon as no retry follows the first of them, and none follows the others', () => {
    const workflow = aClaimedWorkflow(6);
    const outcomes = [1, 2, 3, 4].map((id) => killed(id));
    expect(settle(workflow, endings(outcomes.slice(0, 3)), always, 3).stops.batches).toEqual([]);
    const again = [1, 2, 3].map((id): [number, number, Outcome] => [id, 2, killed(id)]);
    expect(settle(workflow, again.slice(0, 2), never, 3).stops.batches).toEqual([]);
    // The third: record 4 would have been retried.
    const last = [...again.slice(2), ...endings(outcomes.slice(3), 4)];
    const { stops, retries } = settle(workflow, last, retryOnce, 3);
    expect(stops.batches).toMatchObject([{ endings: 4, isFirst: true, nodes: 1 }]);
    expect(retries).toEqual([]);
    expect(showRecord(workflow, 4)?.attempts).toMatchObject([{ notRetried: 'batch 1 was stopped' }]);
  });

  test('when jobs came back too often, each with the same fault', () => {
    const workflow = aClaimedWorkflow(3);
    const outcome = failed('fault', 'fault: EROFS: read-only file system');
    const counts = { starts: 5, lost: 0, handedBack: 0, faults: 5 };
    const worn = [1, 2, 3].map((recordId) => ({ recordId, attempt: 1, outcome, result: null, counts }));
    const { stops } = settleAndRetry(workflow, worn, { ...settleRule(null), stopAfter: 3 });
    expect(stops).toMatchObject({ batches: [{ batchId: 1, endings: 3, nodes: 0 }], nodes: [] });
  });

  test('but its node alone is, where others may come', () => {
    const workflow = aClaimedWorkflow(4);
    const outcomes = [1, 2, 3].map(() => failed('crash_module', 'SIGSEGV in orca_scf'));
    const { stops } = settle(workflow, endings(outcomes), never, 3, false);
    const alike = { batchId: 1, endings: 3, error: 'crash_module: SIGSEGV in orca_scf', isFirst: true };
    expect(stops).toEqual({ batches: [], nodes: [{ ...alike, node: 'node7' }] });
    expect(listStoppedBatches(workflow)).toEqual([]);
  });

  test('and nothing of it is tried again', () => {
    const workflow = aClaimedWorkflow(3);
    settle(workflow, endings([wrong, wrong]), never, 2);
    expect(settle(workflow, [[3, 1, failed()]], always, 2).retries).toEqual([]);
    expect(showRecord(workflow, 3)?.attempts).toMatchObject([{ notRetried: 'batch 1 was stopped' }]);
  });
});
