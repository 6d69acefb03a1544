import { withRetry } from './with-retry.ts';
import type { Workflow } from './workflow.ts';

/**
 * Runs `change` in one `begin immediate` transaction: the write lock is taken at the start, so that what
 * was read cannot change before the write, and a busy database is met before any work is done. All of it
 * is repeated after a busy answer, never a part.
 */
export function inTransaction<T>(workflow: Pick<Workflow, 'db' | 'path'>, change: () => T): T {
  return withRetry(workflow.path, () => workflow.db.transaction(change).immediate());
}
