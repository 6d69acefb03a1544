import { withRetry } from './with-retry.ts';
import type { Workflow } from './workflow.ts';

/**
 * Stores the options of one enqueue (recipe, limits, lane…), from which the payload of any of its jobs can
 * be built again when Redis has lost it.
 * @param options JSON value
 * @returns the batch's id
 */
export function recordBatch(workflow: Workflow, options: unknown): number {
  const insert = workflow.db.prepare('insert into oact_batches (created_at, options) values (?, ?)');
  const row = [new Date().toISOString(), JSON.stringify(options)];
  return Number(withRetry(workflow, () => insert.run(row)).lastInsertRowid);
}
