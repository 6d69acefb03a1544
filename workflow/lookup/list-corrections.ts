import { hasOwnTable } from '../schema/own-columns.ts';
import { withRetry } from '../database/with-retry.ts';
import type { Workflow } from '../database/workflow.ts';

/** One value that `oact set` changed. */
export type CorrectionView = {
  /** ISO 8601 UTC. */
  changedAt: string;
  changedBy: string;
  /** `charge`, `multiplicity`, `geometry`; `status` and `fail_count` where a finished record waits again. */
  field: string;
  /** As text; null: NULL. */
  oldValue: string | null;
  newValue: string | null;
  /** The newest attempt that had the old value; 0: none. */
  attempt: number;
};

/** What was corrected of one record, oldest first. */
export function listCorrections(workflow: Workflow, id: number): CorrectionView[] {
  if (!hasOwnTable(workflow, 'oact_corrections')) return [];
  const select = workflow.db.prepare<[number], CorrectionView>(`
    select changed_at as changedAt, changed_by as changedBy, field, old_value as oldValue, new_value as newValue, attempt
    from oact_corrections where record_id = ? order by id`);
  return withRetry(workflow, () => select.all(id));
}
