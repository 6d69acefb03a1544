import { describe, expect, test } from 'vitest';
import { aResult, aStructure, aWorkflow } from './sample-workflow.ts';
import { claimJobs } from '../../workflow/attempts/claim-jobs.ts';
import { listOpenAttempts } from '../../workflow/attempts/list-open-attempts.ts';
import { loadBatch, recordBatch } from '../../workflow/attempts/batches.ts';
import { settleJobs } from '../../workflow/attempts/settle-jobs.ts';
import { filterOpen } from '../../workflow/attempts/filter-open.ts';
import { insertStructures } from '../../workflow/records/insert-structures.ts';
import { loadRecords } from '../../workflow/records/load-records.ts';
import { countByStatus } from '../../workflow/reports/count-by-status.ts';
import { listResults } from '../../workflow/results/list-results.ts';

describe('loadRecords', () => {
  test('keeps the order, leaves unknown ids out, and has no limit', () => {
    const workflow = aWorkflow(1300);
    const ids = Array.from({ length: 1300 }, (_, index) => 1300 - index);
    expect(loadRecords(workflow, [5000, ...ids]).map((record) => record.id)).toEqual(ids);
  });

  test('reads NULL charge as 0 and NULL spin as 1', () => {
    const workflow = aWorkflow(1);
    workflow.db.exec('update structures set charge = null, spin = null, geometry = null, fail_count = null');
    expect(loadRecords(workflow, [1])).toEqual([
      {
        id: 1,
        origIndex: 0,
        charge: 0,
        multiplicity: 1,
        geometry: '',
        jobDir: null,
        failCount: 0,
        status: 'to_run',
        name: null,
      },
    ]);
  });

  test('lets one spoilt row spoil no other', () => {
    const workflow = aWorkflow(2);
    workflow.db.exec(
      `update structures set charge = 'two', spin = 1.5, orig_index = 'x', geometry = 7 where id = 1`,
    );
    expect(loadRecords(workflow, [1, 2])).toMatchObject([
      { charge: Number.NaN, multiplicity: 1.5, origIndex: null },
      { charge: 2, multiplicity: 1 },
    ]);
  });
});

describe('countByStatus', () => {
  test('counts each word, ready as to_run, strange ones apart', () => {
    const workflow = aWorkflow(9);
    const words = ['to_run', 'ready', 'running', 'completed', 'failed', 'timeout', 'paused', null, 'failed'];
    const set = workflow.db.prepare('update structures set status = ? where id = ?');
    for (const [index, word] of words.entries()) set.run(word, index + 1);
    expect(countByStatus(workflow)).toEqual({
      to_run: 2,
      running: 1,
      completed: 1,
      failed: 2,
      timeout: 1,
      other: 2,
      total: 9,
    });
  });
});

describe('listOpenAttempts', () => {
  test('goes page by page through what is not settled', () => {
    const workflow = aWorkflow(7);
    claimJobs(workflow, { ids: [1, 2, 3, 4, 5, 6], batchId: 1 });
    settleJobs(workflow, [{ recordId: 3, attempt: 1, outcome: { kind: 'completed' }, result: null }]);
    const first = listOpenAttempts(workflow, { limit: 3 });
    const second = listOpenAttempts(workflow, { after: first.at(-1), limit: 3 });
    expect([first, second].map((page) => page.map((attempt) => attempt.recordId))).toEqual([
      [1, 2, 4],
      [5, 6],
    ]);
  });
});

describe('filterOpen', () => {
  test('tells which of some jobs are not settled yet', () => {
    const workflow = aWorkflow(3);
    claimJobs(workflow, { ids: [1, 2, 3], batchId: 1 });
    settleJobs(workflow, [{ recordId: 1, attempt: 1, outcome: { kind: 'completed' }, result: null }]);
    expect(filterOpen(workflow, ['c1-a1', 'c2-a1', 'c9-a1'])).toEqual(new Set(['c2-a1']));
  });
});

describe('batches', () => {
  test('keep their options', () => {
    const workflow = aWorkflow(1);
    const options = { recipe: 'omol', timeLimitSeconds: 72_000, nested: [1, null, 'ü'] };
    expect(loadBatch(workflow, recordBatch(workflow, options))).toEqual(options);
    expect(loadBatch(workflow, 99)).toBeUndefined();
  });
});

describe('listResults', () => {
  test('shows each row with its newest attempt', () => {
    const workflow = aWorkflow(3);
    for (const attempt of [1, 2]) {
      workflow.db.exec(`update structures set status = 'to_run' where id = 2`);
      claimJobs(workflow, { ids: [2], batchId: attempt });
    }
    settleJobs(workflow, [
      { recordId: 2, attempt: 2, outcome: { kind: 'completed' }, result: aResult(2, 2) },
    ]);
    expect(listResults(workflow)).toMatchObject([
      { id: 1, elements: 'U;O;O', status: 'to_run', attempt: null, node: null },
      {
        id: 2,
        status: 'completed',
        finalEnergyHartree: -626.605298577892,
        scfCycles: 128,
        attempt: 2,
        slot: 3,
      },
      { id: 3, attempt: null },
    ]);
  });

  test('can be limited to statuses and to a number', () => {
    const workflow = aWorkflow(5);
    workflow.db.exec(`update structures set status = 'failed' where id > 2`);
    const ids = (options: Parameters<typeof listResults>[1]): number[] =>
      listResults(workflow, options).map((row) => row.id);
    expect(ids({ statuses: ['failed', 'timeout'] })).toEqual([3, 4, 5]);
    expect(ids({ statuses: ['failed'], limit: 2 })).toEqual([3, 4]);
    expect(ids({ statuses: [] })).toEqual([]);
  });
});

describe('insertStructures', () => {
  test('skips what it imported before', () => {
    const workflow = aWorkflow(2);
    expect(insertStructures(workflow, [aStructure(1), aStructure(2)])).toEqual({
      inserted: 1,
      duplicates: 1,
    });
    expect(insertStructures(workflow, [aStructure(1), aStructure(2)])).toEqual({
      inserted: 0,
      duplicates: 2,
    });
  });

  test('knows what the existing tools imported, NULLs included', () => {
    const workflow = aWorkflow(0);
    workflow.db.exec(`
      insert into structures (orig_index, status, charge, spin, geometry) values
        (0, 'completed', null, null, 'H 0 0 0'), (1, 'completed', 1, 2, 'H 0 0 0')`);
    const twin = { charge: 0, multiplicity: 1, geometry: 'H 0 0 0' };
    expect(insertStructures(workflow, [aStructure(0, twin), aStructure(1, twin)])).toEqual({
      inserted: 1,
      duplicates: 1,
    });
    expect(insertStructures(workflow, [aStructure(0, twin), aStructure(1, twin)])).toEqual({
      inserted: 0,
      duplicates: 2,
    });
  });

  test('numbers what has no number after all others', () => {
    const workflow = aWorkflow(2);
    const unnumbered = ['a', 'b'].map((fingerprint) => aStructure(0, { fingerprint, origIndex: null }));
    insertStructures(workflow, unnumbered);
    expect(listResults(workflow).map((row) => row.origIndex)).toEqual([0, 1, 2, 3]);
  });
});
