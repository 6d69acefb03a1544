import type { Skip } from '../core/waiting/left-out.ts';
import { findSharedOrigIndexes } from '../workflow/records/find-shared-orig-indexes.ts';
import { type JobRecord, loadRecords } from '../workflow/records/load-records.ts';
import { takeTurns } from '../core/take-turns.ts';
import type { Workflow } from '../workflow/database/workflow.ts';
import type { BatchOptions } from './batch-options.ts';
import { type JobPlan, planJob } from './plan-job.ts';
import { readMarker } from './read-marker.ts';
import { createSupply, type Supply } from './supply/create-supply.ts';
import { skipCapped, skipSized } from './supply/list-candidates.ts';
import type { Selection } from './supply/selection.ts';

/**
 * Plans the jobs of a batch, page by page, without writing anything. Geometry is loaded for few records at a time, and the event loop has its
 * turn between them. Records that are left out do not count against `batchSize`; the supply has them.
 */
export async function* selectJobs(
  workflow: Workflow,
  selection: Selection,
  batch: BatchOptions,
  options: {
    pageSize: number;
    supply?: Supply | undefined;
    signal?: AbortSignal | undefined;
    /** For lanes that go by time. */
    expect?: ((ids: readonly number[]) => Expected) | undefined;
  },
): AsyncGenerator<Claimable[]> {
  const { pageSize, supply = createSupply(workflow, selection), signal } = options;
  const expect = batch.lanes ? options.expect : undefined;
  await supply.begin(signal);
  for (let wanted = selection.batchSize; wanted > 0;) {
    if (signal?.aborted === true) return;
    const ids = supply.take(Math.min(pageSize, wanted));
    if (ids.length === 0) return;
    const plans = await planPage(workflow, ids, { selection, batch, expect });
    for (const plan of plans) if (plan.kind === 'skipped') supply.reject(skipOf(plan));
    const claimable = plans.filter((plan) => plan.kind !== 'skipped');
    wanted -= claimable.length;
    yield claimable;
  }
}

type Expected = ReadonlyMap<number, { medianSeconds: number } | null>;

/** What a claim may take: to run it, or to refuse it once. */
export type Claimable = Exclude<JobPlan, { kind: 'skipped' }>;

const skipOf = ({ recordId, cause, reason }: Skip): Skip => ({ recordId, cause, reason });

/** Records whose geometries are read at once: some ms. */
const loadedAtOnce = 100;

async function planPage(
  workflow: Workflow,
  ids: readonly number[],
  {
    selection,
    batch,
    expect,
  }: {
    selection: Selection;
    batch: BatchOptions;
    expect: ((ids: readonly number[]) => Expected) | undefined;
  },
): Promise<JobPlan[]> {
  const turn = takeTurns();
  const plans: JobPlan[] = [];
  for (let start = 0; start < ids.length; start += loadedAtOnce) {
    const some = ids.slice(start, start + loadedAtOnce);
    const records = loadRecords(workflow, some);
    const expected = expect?.(some);
    const shared = batch.jobDirPattern.includes('{id}')
      ? new Set<number>()
      : findSharedOrigIndexes(
          workflow,
          records.map((record) => record.origIndex).filter((index) => index !== null),
        );
    for (const record of records) {
      const seconds = expected?.get(record.id)?.medianSeconds ?? null;
      plans.push(planWaiting(record, selection, batch, shared, seconds));
      await turn();
    }
  }
  return plans;
}

/**
 * What the next claim would do with one waiting record: run it, refuse it, or leave it, and why. The one place that decides it, for
 * `enqueue` as for `explain`.
 * @param shared values of orig_index that several records have
 * @param expectedSeconds for lanes by time; null: nobody knows
 */
export function planWaiting(
  record: JobRecord,
  selection: Pick<Selection, 'maxFailCount' | 'minAtoms' | 'maxAtoms'>,
  batch: BatchOptions,
  shared: ReadonlySet<number>,
  expectedSeconds: number | null = null,
): JobPlan {
  const { id: recordId, failCount, origIndex } = record;
  const { maxFailCount } = selection;
  if (maxFailCount !== null && failCount >= maxFailCount)
    return { kind: 'skipped', ...skipCapped(recordId, failCount, maxFailCount) };
  const plan = planJob(record, batch, { expectedSeconds });
  if (plan.kind !== 'job') return plan;
  if (plan.followsPattern && origIndex !== null && shared.has(origIndex)) {
    const reason = `orig_index ${origIndex} belongs to several records, which would share ${plan.jobDir}; use a pattern with {id}`;
    return { kind: 'skipped', recordId, cause: 'shared_directory', reason };
  }
  const marked = blockMarked(plan);
  if (marked.kind !== 'job') return marked;
  // The true number of atoms decides: the column `natoms` of existing databases is wrong for blank comment lines.
  const atoms = plan.calculation.atoms.length;
  if (isWithin(atoms, selection)) return plan;
  return { kind: 'skipped', ...skipSized(recordId, atoms) };
}

function isWithin(
  atomCount: number,
  { minAtoms, maxAtoms }: Pick<Selection, 'minAtoms' | 'maxAtoms'>,
): boolean {
  return (minAtoms === null || atomCount >= minAtoms) && (maxAtoms === null || atomCount <= maxAtoms);
}

function blockMarked(plan: JobPlan): JobPlan {
  const reason = plan.kind === 'job' ? readMarker(plan.jobDir) : undefined;
  return reason === undefined ? plan : { kind: 'refused', recordId: plan.recordId, class: 'blocked', reason };
}
