import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { claimJobs } from '../../../workflow/attempts/claim-jobs.ts';
import { insertStructures } from '../../../workflow/records/insert-structures.ts';
import type { JobFilter } from '../../../workflow/lookup/job-filter.ts';
import { openWorkflow } from '../../../workflow/database/open-workflow.ts';
import { type SearchOptions, searchJobs } from '../../../workflow/lookup/search-jobs.ts';
import type { Workflow } from '../../../workflow/database/workflow.ts';
import { aRawDatabase, aStructure, aWorkflow, upstreamTable } from '../sample-workflow.ts';
import { completed, failedOf, settleOne, timedOut } from '../settled-campaign.ts';

/** Six records: waiting, running, completed, failed, failed twice and running again, timed out. */
function aSearchable(): Workflow {
  const workflow = aWorkflow(0);
  const symbols = [
    ['U', 'O', 'O'],
    ['O', 'U', 'O'],
    ['U', 'O', 'O', 'H'],
    ['Np', 'Cl', 'Cl', 'Cl'],
    ['N', 'C', 'O'],
    ['Am', 'O', 'O', 'O'],
  ];
  insertStructures(
    workflow,
    symbols.map((of, index) => aStructure(100 + index, { symbols: of })),
  );
  claimJobs(workflow, { ids: [2], batchId: 1 });
  settleOne(workflow, 3, completed, { finishedAt: '2026-11-22T12:00:00.000Z', seconds: 50 });
  settleOne(workflow, 4, failedOf('input_keyword', 'UNRECOGNIZED keyword: B3LIP'), { node: 'n2' });
  settleOne(workflow, 5, failedOf('scf_not_converged'), { node: 'n2' });
  settleOne(workflow, 5, failedOf('oom_killed', 'killed: out of memory'), { node: 'n3', seconds: 900 });
  workflow.db.exec(`update structures set status = 'to_run' where id = 5`);
  claimJobs(workflow, { ids: [5], batchId: 1 });
  settleOne(workflow, 6, timedOut, { node: 'n3', finishedAt: '2026-11-22T13:00:00.000Z', seconds: 7200 });
  return workflow;
}

describe('searchJobs', () => {
  let workflow: Workflow;
  beforeEach(() => {
    workflow = aSearchable();
  });
  const idsOf = (filter: JobFilter, options: Partial<SearchOptions> = {}): number[] =>
    searchJobs(workflow, { filter, limit: 100, ...options }).rows.map(({ id }) => id);

  it.each<[string, JobFilter, number[]]>([
    ['nothing', {}, [1, 2, 3, 4, 5, 6]],
    ['null as nothing', { statuses: null, ids: null, classes: null, error: null }, [1, 2, 3, 4, 5, 6]],
    ['a status', { statuses: ['failed', 'timeout'] }, [4, 6]],
    [
      'ids that overlap',
      {
        ids: [
          { from: 2, to: 4 },
          { from: 4, to: 4 },
          { from: 9, to: 99 },
        ],
      },
      [2, 3, 4],
    ],
    ['places in the source', { origIndexes: [{ from: 104, to: 200 }] }, [5, 6]],
    ['both', { origIndexes: [{ from: 100, to: 104 }], ids: [{ from: 4, to: 6 }] }, [4, 5]],
    ['a formula in any order', { formula: { O: 2, U: 1 } }, [1, 2]],
    ['N apart from Np', { formula: { N: 1, C: 1, O: 1 } }, [5]],
    ['an element', { elements: ['O'] }, [1, 2, 3, 5, 6]],
    ['C apart from Cl', { elements: ['C'] }, [5]],
    ['two elements', { elements: ['U', 'H'] }, [3]],
    ['a class of the newest ending only', { classes: ['scf_not_converged'] }, []],
    ['classes', { classes: ['oom_killed', 'input_keyword'] }, [4, 5]],
    ['the job’s own limit', { classes: ['timed_out', 'input_keyword'] }, [4, 6]],
    ['a node', { node: 'n3' }, [5, 6]],
    ['a node and a status', { node: 'n3', statuses: ['running'] }, [5]],
    ['words in any letter case', { error: 'out OF memory' }, [5]],
    ['words that SQL would take for patterns', { error: '%' }, []],
    ['a number of attempts', { attempts: { from: 1, to: 1 } }, [2, 3, 4, 6]],
    ['many attempts', { attempts: { from: 2, to: Number.MAX_SAFE_INTEGER } }, [5]],
    ['a number of failures', { failCount: { from: 1, to: 1 } }, [4]],
    [
      'everything at once',
      { statuses: ['failed'], node: 'n2', error: 'b3lip', elements: ['Np'], ids: [{ from: 1, to: 9 }] },
      [4],
    ],
  ])('finds by %s', (_, filter, ids) => {
    expect(idsOf(filter)).toEqual(ids);
    expect(searchJobs(workflow, { filter, limit: 1 }).total).toBe(ids.length);
  });

  it('sorts either way, records without the value last', () => {
    expect(idsOf({}, { sort: { by: 'elapsed', descending: true } })).toEqual([6, 5, 4, 3, 1, 2]);
    expect(idsOf({}, { sort: { by: 'ended', descending: true } }).slice(0, 2)).toEqual([6, 3]);
    expect(idsOf({}, { sort: { by: 'id', descending: true } })).toEqual([6, 5, 4, 3, 2, 1]);
    expect(idsOf({}, { sort: { by: 'attempts', descending: true } })[0]).toBe(5);
    expect(idsOf({ elements: ['U'] }, { sort: { by: 'atoms', descending: true } })).toEqual([3, 1, 2]);
  });

  it('pages through without losing or repeating one', () => {
    const pages = [0, 2, 4, 6].map((offset) => idsOf({}, { limit: 2, offset }));
    expect(pages).toEqual([[1, 2], [3, 4], [5, 6], []]);
    expect(idsOf({ elements: ['O'] }, { limit: 2, offset: 2 })).toEqual([3, 5]);
  });

  it('shows a record with its newest ending, and since when another attempt is on its way', () => {
    const [row] = searchJobs(workflow, { filter: { ids: [{ from: 5, to: 5 }] }, limit: 1 }).rows;
    expect(row).toMatchObject({
      id: 5,
      origIndex: 104,
      formula: 'NCO',
      status: 'running',
      failCount: 2,
      attempts: 3,
      outcome: 'failed',
      class: 'oom_killed',
      reason: 'killed: out of memory',
      node: 'n3',
      elapsedSeconds: 900,
    });
    expect(row?.queuedAt).toMatch(/^20\d\d-/);
    expect(searchJobs(workflow, { limit: 1 }).rows[0]).toMatchObject({
      id: 1,
      attempts: 0,
      queuedAt: null,
      outcome: null,
    });
  });

  it('reads a database that oact never wrote to', () => {
    const path = aRawDatabase(
      `${upstreamTable} insert into structures (status, error_message) values ('ready', null), ('failed', 'aborting the run');`,
    );
    const other = openWorkflow(path, { readOnly: true });
    onTestFinished(() => other.close());
    const of = (filter: JobFilter): unknown =>
      searchJobs(other, { filter, limit: 9 }).rows.map(({ id }) => id);
    expect([of({ statuses: ['to_run'] }), of({ error: 'ABORTING' }), of({ node: 'n1' })]).toEqual([
      [1],
      [2],
      [],
    ]);
    expect(searchJobs(other, { limit: 1 }).rows[0]).toMatchObject({ formula: null, failCount: 0 });
  });
});
