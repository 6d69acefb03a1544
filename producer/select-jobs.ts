import { findSharedOrigIndexes } from '../workflow/records/find-shared-orig-indexes.ts';
import { type CandidateOrder, type IdRange, listCandidateIds } from '../workflow/records/list-candidates.ts';
import { type JobRecord, loadRecords } from '../workflow/records/load-records.ts';
import type { Workflow } from '../workflow/database/workflow.ts';
import type { BatchOptions } from './batch-options.ts';
import { type JobPlan, planJob } from './plan-job.ts';
import { readMarker } from './read-marker.ts';

/** Which records a batch is made of. */
export interface Selection {
  /** A total, not a window. */
  batchSize: number;
  order: CandidateOrder;
  /** For the order `longest`: see listCandidateIds. */
  arrange?: (ids: number[]) => number[];
  /** Inclusive ranges; null: all records. */
  ids: readonly IdRange[] | null;
  minAtoms: number | null;
  maxAtoms: number | null;
  /** Records that failed this often are left alone; null: no cap. */
  maxFailCount: number | null;
}

/**
 * Plans the jobs of a batch, page by page, without writing anything. Geometry is loaded for the records of one
 * page only. Records that are filtered out do not count against `batchSize`; skipped and refused ones are told.
 */
export function* selectJobs(
  workflow: Workflow,
  selection: Selection,
  batch: BatchOptions,
  pageSize: number,
  expect?: (ids: readonly number[]) => ReadonlyMap<number, { medianSeconds: number } | null>,
): Generator<JobPlan[]> {
  const candidates = listCandidateIds(workflow, {
    order: selection.order,
    arrange: selection.arrange,
    ...(selection.ids && { ids: selection.ids }),
  });
  let wanted = selection.batchSize;
  for (let start = 0; start < candidates.length && wanted > 0;) {
    const ids = candidates.slice(start, start + Math.min(pageSize, wanted));
    start += ids.length;
    const plans = planPage(workflow, ids, { selection, batch, expected: batch.lanes && expect?.(ids) });
    wanted -= plans.filter((plan) => plan.kind !== 'skipped').length;
    yield plans;
  }
}

function planPage(
  workflow: Workflow,
  ids: number[],
  {
    selection,
    batch,
    expected,
  }: {
    selection: Selection;
    batch: BatchOptions;
    expected: ReadonlyMap<number, { medianSeconds: number } | null> | undefined;
  },
): JobPlan[] {
  const records = loadRecords(workflow, ids);
  const shared = batch.jobDirPattern.includes('{id}')
    ? new Set<number>()
    : findSharedOrigIndexes(
        workflow,
        records.map((record) => record.origIndex).filter((index) => index !== null),
      );
  return records.map((record) =>
    planWaiting(record, selection, batch, shared, expected?.get(record.id)?.medianSeconds ?? null),
  );
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
    return {
      kind: 'skipped',
      recordId,
      cause: 'fail_cap',
      reason: `it has failed ${failCount} times, and the limit is ${maxFailCount}`,
    };
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
  return { kind: 'skipped', recordId, cause: 'size', reason: `it has ${atoms} atoms` };
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
