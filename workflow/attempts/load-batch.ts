import { withRetry } from '../database/with-retry.ts';
import type { Workflow } from '../database/workflow.ts';

/** The options that recordBatch stored, undefined for an unknown batch. The reader checks their shape. */
export function loadBatch(workflow: Workflow, batchId: number): unknown {
  const select = workflow.db
    .prepare<[number], string>('select options from oact_batches where id = ?')
    .pluck();
  const options = withRetry(workflow, () => select.get(batchId));
  return options === undefined ? undefined : JSON.parse(options);
}
