import Database from 'better-sqlite3';
import { describe, expect, it, onTestFinished } from 'vitest';
import { countOpenRetries } from '../../../workflow/attempts/count-open-attempts.ts';
import type { Metrics } from '../../../core/job/result.ts';
import { claimJobs } from '../../../workflow/attempts/claim-jobs.ts';
import { listOpenAttempts } from '../../../workflow/attempts/list-open-attempts.ts';
import { listReleasable } from '../../../workflow/attempts/release-attempts.ts';
import { migrations } from '../../../workflow/schema/migrations.ts';
import { openWorkflow } from '../../../workflow/database/open-workflow.ts';
import { settleJobs } from '../../../workflow/attempts/settle-jobs.ts';
import { showRecord } from '../../../workflow/lookup/show-record.ts';
import { listStoppedBatches } from '../../../workflow/attempts/batches.ts';
import { aRawDatabase, aResult, aWorkflow, upstreamTable } from '../sample-workflow.ts';

/** A database as the first version of oact left it: one record, one attempt that is open. */
function aDatabaseOfVersionOne(): string {
  return aRawDatabase(`
    ${upstreamTable}
    ${migrations[0] ?? ''}
    insert into oact_meta values ('schema_version', '1'), ('campaign_id', '0123abcd');
    insert into structures (orig_index, status) values (4, 'running');
    insert into oact_attempts (record_id, attempt, job_id, batch_id, queued_at) values (1, 1, 'c1-a1', 1, 'then');`);
}

describe('showRecord', () => {
  it('keeps who computed, and what a chemist should look at', () => {
    const workflow = aWorkflow(2);
    claimJobs(workflow, { ids: [1, 2], batchId: 1 });
    const settle = (recordId: number, changes: Partial<Metrics>): void => {
      const result = aResult(recordId, 1);
      const changed = { ...result, metrics: { ...result.metrics, ...changes } };
      settleJobs(workflow, [{ recordId, attempt: 1, outcome: { kind: 'completed' }, result: changed }]);
    };
    settle(1, { program: 'nwchem 7.0.2', warnings: ['not by ORCA', 'a large gradient'] });
    settle(2, { warnings: [] });
    expect(showRecord(workflow, 1)?.attempts).toMatchObject([
      { program: 'nwchem 7.0.2', warnings: ['not by ORCA', 'a large gradient'] },
    ]);
    expect(showRecord(workflow, 2)?.attempts).toMatchObject([{ warnings: [] }]);
    workflow.db.exec(`update oact_attempts set warnings = '{spoilt'`);
    expect(showRecord(workflow, 1)?.attempts).toMatchObject([{ warnings: [] }]);
  });

  it('shows a row with its attempts, oldest first, each with what the queue counted', () => {
    const workflow = aWorkflow(2);
    claimJobs(workflow, { ids: [1], batchId: 1 });
    const outcome = { kind: 'failed', class: 'disk_full', reason: 'no space', retryable: true } as const;
    settleJobs(workflow, [
      {
        recordId: 1,
        attempt: 1,
        outcome,
        result: aResult(1, 1),
        counts: { starts: 4, lost: 1, handedBack: 2, faults: 3 },
      },
    ]);
    workflow.db.exec(`update structures set status = 'to_run' where id = 1`);
    claimJobs(workflow, { ids: [1], batchId: 1 });
    expect(showRecord(workflow, 1)).toMatchObject({
      id: 1,
      origIndex: 0,
      status: 'running',
      failCount: 1,
      charge: 2,
      multiplicity: 1,
      attempts: [
        {
          jobId: 'c1-a1',
          outcome: 'failed',
          class: 'disk_full',
          node: 'node7',
          slot: 3,
          starts: 4,
          lost: 1,
          handedBack: 2,
          faults: 3,
        },
        {
          jobId: 'c1-a2',
          settledAt: null,
          outcome: null,
          starts: null,
          lost: null,
          handedBack: null,
          faults: null,
        },
      ],
    });
    expect(showRecord(workflow, 2)).toMatchObject({ id: 2, status: 'to_run', attempts: [] });
    expect(showRecord(workflow, 3)).toBeUndefined();
  });

  it('reads a database of the first version without writing to it', () => {
    const path = aDatabaseOfVersionOne();
    const workflow = openWorkflow(path, { readOnly: true });
    onTestFinished(() => workflow.close());
    expect(showRecord(workflow, 1)).toMatchObject({
      origIndex: 4,
      attempts: [{ jobId: 'c1-a1', starts: null, faults: null, retryOf: null, remedies: [] }],
    });
    expect(listOpenAttempts(workflow)).toMatchObject([{ jobId: 'c1-a1', remedies: [] }]);
    expect([countOpenRetries(workflow), listStoppedBatches(workflow), listReleasable(workflow)]).toEqual([
      0,
      [],
      [],
    ]);
  });

  it('reads a database that oact never wrote to', () => {
    const path = aRawDatabase(`${upstreamTable} insert into structures (status) values ('completed');`);
    const workflow = openWorkflow(path, { readOnly: true });
    onTestFinished(() => workflow.close());
    expect(showRecord(workflow, 1)).toMatchObject({ status: 'completed', attempts: [] });
  });
});

describe('the second version of the tables', () => {
  it('adds the counts to what the first one left, and keeps it', () => {
    const path = aDatabaseOfVersionOne();
    openWorkflow(path).close();
    const db = new Database(path, { readonly: true });
    onTestFinished(() => void db.close());
    expect(db.prepare('select * from oact_attempts').get()).toMatchObject({
      job_id: 'c1-a1',
      queued_at: 'then',
      starts: null,
      lost: null,
      handed_back: null,
      faults: null,
    });
    expect(db.prepare(`select value from oact_meta where key = 'schema_version'`).pluck().get()).toBe(
      String(migrations.length),
    );
  });
});

describe('the third version of the tables', () => {
  it('takes batches of which something has ended for batches that are not to be stopped', () => {
    const path = aRawDatabase(`
      ${upstreamTable}
      ${migrations.slice(0, 2).join('')}
      insert into oact_meta values ('schema_version', '2'), ('campaign_id', '0123abcd');
      insert into oact_batches (id, created_at, options) values (1, 'then', '{}'), (2, 'then', '{}');
      insert into oact_attempts (record_id, attempt, job_id, batch_id, queued_at, settled_at)
      values (1, 1, 'c1-a1', 1, 'then', 'then'), (2, 1, 'c2-a1', 2, 'then', null);`);
    openWorkflow(path).close();
    const db = new Database(path, { readonly: true });
    onTestFinished(() => void db.close());
    expect(db.prepare('select endings, same_error, stopped_at from oact_batches').raw().all()).toEqual([
      [1, null, null],
      [0, null, null],
    ]);
  });
});
