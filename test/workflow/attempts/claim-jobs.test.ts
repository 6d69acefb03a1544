import { describe, expect, test } from 'vitest';
import { claimJobs } from '../../../workflow/attempts/claim-jobs.ts';
import { countByStatus } from '../../../workflow/reports/count-by-status.ts';
import { listAttempts } from '../list-attempts.ts';
import { listOpenAttempts } from '../../../workflow/attempts/list-open-attempts.ts';
import { aWorkflow, readRow } from '../sample-workflow.ts';
import { startProgram } from '../start-program.ts';

describe('claimJobs', () => {
  test('takes waiting rows and records their attempts as open', () => {
    const workflow = aWorkflow(3);
    workflow.db.exec(`update structures set updated_at = '2020-01-01 00:00:00', worker_id = 'pid_1'`);
    expect(claimJobs(workflow, { ids: [3, 1], batchId: 7 })).toEqual([
      { recordId: 3, attempt: 1, jobId: 'c3-a1' },
      { recordId: 1, attempt: 1, jobId: 'c1-a1' },
    ]);
    expect(readRow(workflow, 1)).toMatchObject({ status: 'running', worker_id: null, fail_count: 0 });
    expect(readRow(workflow, 1)['updated_at']).toMatch(/^20(?!20)\d\d-\d\d-\d\d \d\d:\d\d:\d\d$/);
    expect(readRow(workflow, 2)).toMatchObject({ status: 'to_run', worker_id: 'pid_1' });
    expect(listOpenAttempts(workflow)).toMatchObject([
      { recordId: 1, attempt: 1, jobId: 'c1-a1', batchId: 7 },
      { recordId: 3, attempt: 1, jobId: 'c3-a1', batchId: 7 },
    ]);
  });

  test.each(['running', 'completed', 'failed', 'timeout'])('leaves a row alone that is %s', (status) => {
    const workflow = aWorkflow(1);
    workflow.db.prepare('update structures set status = ?').run(status);
    expect(claimJobs(workflow, { ids: [1, 999], batchId: 1 })).toEqual([]);
    expect(listOpenAttempts(workflow)).toEqual([]);
  });

  test('takes the old word ready, which an older tool may write at any time', () => {
    const workflow = aWorkflow(1);
    workflow.db.exec(`update structures set status = 'ready'`);
    expect(claimJobs(workflow, { ids: [1], batchId: 1 })).toHaveLength(1);
  });

  test('leaves rows alone that failed too often', () => {
    const workflow = aWorkflow(3);
    workflow.db.exec(`update structures set fail_count = case id when 1 then null when 2 then 2 else 3 end`);
    const claims = claimJobs(workflow, { ids: [1, 2, 3], batchId: 1, maxFailCount: 3 });
    expect(claims.map((claim) => claim.recordId)).toEqual([1, 2]);
  });

  test('closes an attempt as stale whose row was reset by another tool', () => {
    const workflow = aWorkflow(1);
    claimJobs(workflow, { ids: [1], batchId: 1 });
    workflow.db.exec(`update structures set status = 'to_run', fail_count = fail_count + 1`);
    expect(claimJobs(workflow, { ids: [1], batchId: 2 })).toEqual([
      { recordId: 1, attempt: 2, jobId: 'c1-a2' },
    ]);
    expect(listAttempts(workflow, 1)).toMatchObject([
      { attempt: 1, outcome: 'stale', settledAt: expect.stringMatching(/Z$/) },
      { attempt: 2, outcome: null, settledAt: null, batchId: 2 },
    ]);
  });

  test('stores the directory of rows that it took, and leaves that of others', () => {
    const workflow = aWorkflow(3);
    workflow.db.exec(`update structures set job_dir = '/old/job_' || orig_index where id > 1`);
    workflow.db.exec(`update structures set status = 'completed' where id = 3`);
    const jobDirs = new Map([1, 3].map((id) => [id, `/jobs/job_${id}`]));
    claimJobs(workflow, { ids: [1, 2, 3], batchId: 1, jobDirs });
    expect([1, 2, 3].map((id) => readRow(workflow, id)['job_dir'])).toEqual([
      '/jobs/job_1',
      '/old/job_1',
      '/old/job_2',
    ]);
  });

  test('never gives a row to two processes', async () => {
    const workflow = aWorkflow(300);
    const programs = [1, 2].map(() => startProgram('claim-all.mjs', [workflow.path]));
    for (const program of programs) expect(await program.nextLine()).toBe('ready');
    for (const program of programs) program.proceed();
    const lines = await Promise.all(programs.map((program) => program.nextLine()));
    const claimed: string[][] = lines.map((line) => JSON.parse(line));
    expect(claimed.flat().toSorted()).toEqual(
      Array.from({ length: 300 }, (_, index) => `c${index + 1}-a1`).toSorted(),
    );
    expect(countByStatus(workflow)).toMatchObject({ running: 300, total: 300 });
    // Otherwise they did not run at the same time, and the test showed nothing.
    expect(Math.min(...claimed.map((jobIds) => jobIds.length))).toBeGreaterThan(0);
  }, 60_000);
});
