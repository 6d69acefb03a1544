import { describe, expect, it, test } from 'vitest';
import { claimJobs } from '../../../workflow/attempts/claim-jobs.ts';
import { requeueRecords } from '../../../workflow/attempts/requeue-records.ts';
import { openWorkflow } from '../../../workflow/database/open-workflow.ts';
import type { Workflow } from '../../../workflow/database/workflow.ts';
import { insertStructures } from '../../../workflow/records/insert-structures.ts';
import { setPriority } from '../../../workflow/steering/set-priority.ts';
import type { Selection } from '../../../producer/supply/selection.ts';
import { createSupply } from '../../../producer/supply/create-supply.ts';
import { listCandidates } from '../../../producer/supply/list-candidates.ts';
import { aStructure, aWorkflow } from '../../workflow/sample-workflow.ts';
import { aSelection } from '../a-campaign.ts';

const listIds = async (workflow: Workflow, changes: Partial<Selection> = {}): Promise<number[]> =>
  (await listCandidates(workflow, aSelection({ order: 'id', ...changes })))?.ids ?? [];

/** What a statement of these asks SQLite to do. */
function watchPlans(workflow: Workflow): { workflow: Workflow; plans: string[] } {
  const plans: string[] = [];
  const prepare = workflow.db.prepare.bind(workflow.db);
  const db: Workflow['db'] = Object.create(workflow.db, {
    prepare: {
      value: (sql: string) => {
        if (/^\s*select.*from structures/s.test(sql) && !sql.includes('geometry')) {
          const places = sql.match(/\?/g)?.map(() => 1) ?? [];
          plans.push(JSON.stringify(prepare(`explain query plan ${sql}`).all(places)));
        }
        return prepare(sql);
      },
    },
  });
  return { workflow: { ...workflow, db }, plans };
}

describe('candidates', () => {
  test('are the waiting rows only', async () => {
    const workflow = aWorkflow(6);
    workflow.db.exec(`
      update structures set status = 'running' where id = 2;
      update structures set status = 'ready' where id = 3;
      update structures set status = null where id = 5;`);
    expect(await listIds(workflow)).toEqual([1, 3, 4, 6]);
  });

  test('by size: ascending number of atoms, across ranges', async () => {
    const workflow = aWorkflow(6);
    workflow.db.exec('update structures set natoms = 10 - id');
    const ids = [
      { from: 1, to: 2 },
      { from: 5, to: 99 },
    ];
    expect(await listIds(workflow, { order: 'size' })).toEqual([6, 5, 4, 3, 2, 1]);
    expect(await listIds(workflow, { order: 'size', ids })).toEqual([6, 5, 2, 1]);
    expect(await listIds(workflow, { order: 'largest' })).toEqual([1, 2, 3, 4, 5, 6]);
  });

  test('come from ranges in any order, an id once', async () => {
    const ids = [
      { from: 8, to: 9 },
      { from: 2, to: 4 },
      { from: 3, to: 5 },
      { from: 4, to: 4 },
    ];
    expect(await listIds(aWorkflow(10), { ids })).toEqual([2, 3, 4, 5, 8, 9]);
    expect(await listIds(aWorkflow(10), { ids: [] })).toEqual([]);
  });

  test('at random: the same ids in another order', async () => {
    const workflow = aWorkflow(200);
    const shuffled = await listIds(workflow, { order: 'random' });
    const sorted = await listIds(workflow);
    expect(shuffled).not.toEqual(sorted);
    expect(shuffled.toSorted((a, b) => a - b)).toEqual(sorted);
  });

  test('of a higher level come before all others, those of a lower behind', async () => {
    const workflow = aWorkflow(5);
    setPriority(workflow, [{ from: 4, to: 4 }], 1);
    setPriority(workflow, [{ from: 2, to: 2 }], -1);
    expect(await listIds(workflow)).toEqual([4, 1, 3, 5, 2]);
  });

  test.each(['random', 'id', 'size', 'largest'] as const)(
    'in %s order read one index and no row',
    async (order) => {
      const { workflow, plans } = watchPlans(aWorkflow(3));
      await listCandidates(workflow, aSelection({ order, minAtoms: 3, maxFailCount: 3 }));
      expect(plans.length).toBeGreaterThan(1);
      for (const plan of plans) expect(plan).toContain('COVERING INDEX oact_narrow');
    },
  );
});

/** As the existing tools make it: the column is wrong for a blank comment line. */
const insertForeign = (workflow: Workflow, natoms: number | null, geometry: string): void =>
  void workflow.db
    .prepare(`insert into structures (status, natoms, charge, spin, geometry) values ('to_run', ?, 0, 1, ?)`)
    .run(natoms, geometry);
const kept = (workflow: Workflow): unknown[] => workflow.db.prepare('select * from oact_sizes').all();

describe('the size of a record', () => {
  test('is counted once where another tool wrote the column, and a geometry that cannot be read has none', async () => {
    const workflow = aWorkflow(2);
    insertForeign(workflow, 1, 'U 0 0 0\nO 0 0 2\nO 0 0 -2');
    insertForeign(workflow, 5, 'O 0 0 2\nO 0 0 0');
    insertForeign(workflow, 9, 'spoilt');
    expect(await listIds(workflow, { minAtoms: 3 })).toEqual([1, 2, 3, 5]);
    expect(kept(workflow)).toEqual([
      { record_id: 3, atoms: 3 },
      { record_id: 4, atoms: 2 },
      { record_id: 5, atoms: null },
    ]);
    workflow.db.exec(`update structures set geometry = 'U 0 0 0' where id = 3`);
    expect(await listIds(workflow, { minAtoms: 3 })).toEqual([1, 2, 3, 5]);
  });

  test('of what oact imported stands in the column: nothing is counted', async () => {
    const workflow = aWorkflow(3);
    insertStructures(workflow, [aStructure(7)]);
    // Whoever counted would find one atom.
    workflow.db.exec(`update structures set geometry = 'U 0 0 0'`);
    expect(await listIds(workflow, { minAtoms: 3 })).toEqual([1, 2, 3, 4]);
    expect(kept(workflow)).toEqual([]);
  });

  test('is counted in memory where nothing may be written', async () => {
    const workflow = aWorkflow(0);
    insertForeign(workflow, 1, 'U 0 0 0\nO 0 0 2\nO 0 0 -2');
    const reader = openWorkflow(workflow.path, { readOnly: true });
    expect(await listIds(reader, { minAtoms: 3 })).toEqual([1]);
    reader.close();
    expect(kept(workflow)).toEqual([]);
  });
});

const drain = async (supply: ReturnType<typeof createSupply>): Promise<number[]> => {
  await supply.begin();
  return supply.take(1000);
};

describe('a supply', () => {
  it('gives each record once, and counts by cause what the selection leaves out', async () => {
    const workflow = aWorkflow(6);
    workflow.db.exec(
      `update structures set fail_count = 3 where id = 2; update structures set natoms = 99 where id in (4, 5)`,
    );
    const supply = createSupply(workflow, aSelection({ order: 'id', maxFailCount: 3, maxAtoms: 60 }));
    await supply.begin();
    expect(supply.take(2)).toEqual([1, 3]);
    expect(supply.take(9)).toEqual([6]);
    expect(supply.take(9)).toEqual([]);
    expect(supply.leftOut()).toEqual([
      { cause: 'size', records: 2, examples: [4, 5], reason: 'it has 99 atoms' },
      { cause: 'fail_cap', records: 1, examples: [2], reason: 'it has failed 3 times, and the limit is 3' },
    ]);
  });

  it('does not give again what was rejected, until something changes', async () => {
    const workflow = aWorkflow(3);
    const supply = createSupply(workflow, aSelection({ order: 'id' }));
    expect(await drain(supply)).toEqual([1, 2, 3]);
    claimJobs(workflow, { ids: [1, 3], batchId: 1 });
    supply.reject({ recordId: 2, cause: 'outside_root', reason: 'it lies outside' });
    expect(await drain(supply)).toEqual([]);
    expect(supply.leftOut()).toMatchObject([{ cause: 'outside_root', records: 1 }]);

    workflow.db.exec(
      `update structures set status = 'failed' where id = 1; update oact_attempts set settled_at = 'x', outcome = 'failed'`,
    );
    requeueRecords(workflow, [{ id: 1, status: 'failed' }], { resetFailCount: true });
    expect(await drain(supply)).toEqual([1, 2]);
  });

  it.each<[string, (workflow: Workflow) => void, number[]]>([
    ['an import', (workflow) => void insertStructures(workflow, [aStructure(77)]), [1, 2, 3, 4, 5]],
    ['a priority', (workflow) => void setPriority(workflow, [{ from: 4, to: 4 }], 1), [4, 1, 2, 3]],
  ])('looks again after %s, before it is used up', async (_, change, expected) => {
    const workflow = aWorkflow(4);
    const supply = createSupply(workflow, aSelection({ order: 'id' }));
    await supply.begin();
    expect(supply.take(1)).toEqual([1]);
    change(workflow);
    expect(await drain(supply)).toEqual(expected);
  });

  it('is looked through again when more waits than was left out', async () => {
    const workflow = aWorkflow(2);
    const supply = createSupply(workflow, aSelection({ order: 'id' }));
    await drain(supply);
    claimJobs(workflow, { ids: [1, 2], batchId: 1 });
    expect(await drain(supply)).toEqual([]);
    // As the existing tools do it.
    workflow.db.exec(`update structures set status = 'to_run' where id = 2`);
    expect(await drain(supply)).toEqual([2]);
  });

  it('lets the event loop work meanwhile, and ends at a signal', async () => {
    const workflow = aWorkflow(0);
    workflow.db.exec(`
      with recursive n (id) as (select 1 union all select id + 1 from n where id < 60000)
      insert into structures (id, status, natoms, geometry) select id, 'to_run', 3, 'U 0 0 0' from n;
      insert or replace into oact_meta (key, value) values ('sizes_counted_to', '60000')`);
    const stop = new AbortController();
    let turns = 0;
    const count = (): void => {
      turns += 1;
      if (!stop.signal.aborted) setImmediate(count);
    };
    setImmediate(count);
    const supply = createSupply(workflow, aSelection({ order: 'id', minAtoms: 4 }));
    await supply.begin();
    expect(turns).toBeGreaterThan(0);
    expect(supply.leftOut()).toMatchObject([{ cause: 'size', records: 60_000 }]);
    stop.abort();
    const stopped = createSupply(workflow, aSelection({ order: 'id' }));
    await stopped.begin(stop.signal);
    expect(stopped.take(9)).toEqual([]);
  });
});
