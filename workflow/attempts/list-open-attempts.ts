import type { Remedy } from '../../core/job/remedy.ts';
import { ownColumns } from '../schema/own-columns.ts';
import { parseRemedies } from '../../core/job/remedy.ts';
import { withRetry } from '../database/with-retry.ts';
import type { Workflow } from '../database/workflow.ts';

/** A job that must be in the queue, or has ended without being settled yet. */
export type OpenAttempt = {
  recordId: number;
  attempt: number;
  jobId: string;
  batchId: number;
  /** ISO 8601 UTC */
  queuedAt: string;
  /** What it does otherwise than a first attempt. */
  remedies: Remedy[];
};

/** One page of the open attempts, by record; `after` is the last one of the page before. */
export function listOpenAttempts(
  workflow: Workflow,
  options: { after?: { recordId: number; attempt: number } | undefined; limit?: number } = {},
): OpenAttempt[] {
  const { after = { recordId: 0, attempt: 0 }, limit = 1000 } = options;
  const select = workflow.db.prepare<
    [number, number, number],
    Omit<OpenAttempt, 'remedies'> & { remedies: string | null }
  >(`
    select record_id as recordId, attempt, job_id as jobId, batch_id as batchId, queued_at as queuedAt,
      ${ownColumns(workflow, 'oact_attempts', { remedies: 'remedies' })}
    from oact_attempts
    where settled_at is null and (record_id, attempt) > (?, ?)
    order by record_id, attempt
    limit ?`);
  return withRetry(workflow, () => select.all(after.recordId, after.attempt, limit)).map((row) => ({
    ...row,
    remedies: parseRemedies(row.remedies),
  }));
}
