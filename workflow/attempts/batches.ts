import type { StoppedBatch } from '../../core/waiting/stopped-batch.ts';
import { withRetry } from '../database/with-retry.ts';
import type { Workflow } from '../database/workflow.ts';
import { ownColumns } from '../schema/own-columns.ts';

/**
 * Stores the options of one enqueue (recipe, limits, lane…), from which the payload of any of its jobs can
 * be built again when Redis has lost it.
 * @param options JSON value
 * @param knownId a batch that continues, if these are its options; a restored database may not know it, or know another one by that id
 * @returns the batch's id
 */
export function recordBatch(workflow: Workflow, options: unknown, knownId?: number): number {
  const insert = workflow.db.prepare('insert into oact_batches (created_at, options) values (?, ?)');
  const text = JSON.stringify(options);
  const isKnown = workflow.db.prepare<[number, string], 1>(
    'select 1 from oact_batches where id = ? and options = ?',
  );
  if (knownId !== undefined && withRetry(workflow, () => isKnown.get(knownId, text)) !== undefined)
    return knownId;
  const row = [new Date().toISOString(), text];
  return Number(withRetry(workflow, () => insert.run(row)).lastInsertRowid);
}

/** The options that recordBatch stored, undefined for an unknown batch. The reader checks their shape. */
export function loadBatch(workflow: Workflow, batchId: number): unknown {
  const select = workflow.db
    .prepare<[number], string>('select options from oact_batches where id = ?')
    .pluck();
  const options = withRetry(workflow, () => select.get(batchId));
  return options === undefined ? undefined : JSON.parse(options);
}

type BatchRow = Omit<StoppedBatch, 'isFirst' | 'nodes'> & {
  nodes: number | null;
  stoppedFirst: 0 | 1 | null;
  stoppedAt: string | null;
};

const columns = {
  batchId: 'id',
  endings: 'endings',
  error: 'same_error',
  stoppedAt: 'stopped_at',
  stoppedFirst: 'stopped_first',
  nodes: 'stopped_nodes',
} as const;

/** What was stopped before there were these columns was its first jobs. */
function toStopped({ batchId, endings, error, stoppedFirst, nodes }: BatchRow): StoppedBatch {
  return { batchId, endings, error, isFirst: stoppedFirst !== 0, nodes: nodes ?? 0 };
}

/** The batches that were stopped and that no other one has followed: what a user must know. Newest first. */
export function listStoppedBatches(workflow: Workflow): StoppedBatch[] {
  const select = workflow.db.prepare<[], BatchRow>(
    `select ${ownColumns(workflow, 'oact_batches', columns)} from oact_batches order by id desc`,
  );
  const stopped: StoppedBatch[] = [];
  withRetry(workflow, () => {
    stopped.length = 0;
    for (const batch of select.iterate()) {
      if (batch.stoppedAt === null) break;
      stopped.push(toStopped(batch));
    }
  });
  return stopped;
}

/** How a batch was stopped; undefined when it was not. */
export function findStoppedBatch(workflow: Workflow, batchId: number): StoppedBatch | undefined {
  const select = workflow.db.prepare<[number], BatchRow>(
    `select ${ownColumns(workflow, 'oact_batches', columns)} from oact_batches where id = ?`,
  );
  const batch = withRetry(workflow, () => select.get(batchId));
  return batch === undefined || batch.stoppedAt === null ? undefined : toStopped(batch);
}

/** The batch that began last; 0 without any. Numbers of batches grow, whatever clocks say. */
export function newestBatchId(workflow: Workflow): number {
  const newest = workflow.db.prepare<[], number>('select coalesce(max(id), 0) from oact_batches').pluck();
  return withRetry(workflow, () => newest.get() ?? 0);
}
