import { withRetry } from './with-retry.ts';
import type { Workflow } from './workflow.ts';

/**
 * A number that changes when another connection has committed something: what was read before still holds as long as it is the
 * same. Reads the file's header only.
 */
export function readDataVersion(workflow: Workflow): number {
  return withRetry(workflow, () => Number(workflow.db.pragma('data_version', { simple: true })));
}

/** A number that changes when this connection has changed a row. */
export function countOwnChanges(workflow: Workflow): number {
  const select = workflow.db.prepare<[], number>('select total_changes()').pluck();
  return withRetry(workflow, () => select.get()) ?? 0;
}
