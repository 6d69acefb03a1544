import { withRetry } from '../database/with-retry.ts';
import type { Workflow } from '../database/workflow.ts';

/**
 * Stores the options of one enqueue (recipe, limits, lane…), from which the payload of any of its jobs can
 * be built again when Redis has lost it.
 * @param options JSON value
 * @param knownId a batch that goes on, if these are its options; a restored database may not know it, or know another one by that id
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
