import type { Metrics } from '../../core/job/result.ts';
import { inTransaction } from '../database/in-transaction.ts';
import type { Workflow } from '../database/workflow.ts';
import { addToRecord, readResults } from '../results/result-sql.ts';

/** A record gets back what oact knows of it. */
export type Restoration = {
  recordId: number;
  /** The status that it has now; it is left alone when that has changed. */
  from: string;
  to: 'to_run' | 'completed' | 'failed' | 'timeout';
  /** The newest attempt that this rests on; 0: none, it was only queued again. */
  attempt: number;
  /** For error_message; null clears it. */
  reason: string | null;
  /** Of a completed run; written where the record has none. */
  metrics: Partial<Metrics> | null;
};

/**
 * Writes restorations in one transaction. A record that was changed or claimed since it was looked at stays as it is; `fail_count`
 * was charged when the attempt was settled.
 * @returns those that were written
 */
export function restoreRecords(workflow: Workflow, restorations: readonly Restoration[]): Restoration[] {
  if (restorations.length === 0) return [];
  const update = workflow.db.prepare(`
    update structures
    set status = @to, error_message = @reason, ${addToRecord}, updated_at = current_timestamp
    where id = @recordId and coalesce(status, '') = @from and worker_id is null and not exists (
      select 1 from oact_attempts where record_id = @recordId and (settled_at is null or attempt > @attempt))`);
  return inTransaction(workflow, () =>
    restorations.filter(({ metrics, ...same }) => {
      const values = { ...readResults({ metrics: metrics ?? undefined }), ...same };
      return update.run(values).changes > 0;
    }),
  );
}
