import { chunksOf } from './chunks-of.ts';
import { withRetry } from './with-retry.ts';
import type { Workflow } from './workflow.ts';

/** A job that must be in the queue, or has ended without being settled yet. */
export type OpenAttempt = {
  recordId: number;
  attempt: number;
  jobId: string;
  batchId: number;
  /** ISO 8601 UTC */
  queuedAt: string;
};

type AttemptKey = { recordId: number; attempt: number };

const columns = 'record_id as recordId, attempt, job_id as jobId, batch_id as batchId, queued_at as queuedAt';

/**
 * One page of the open attempts, by record; `after` is the last one of the page before. With `among`, those
 * of the given attempts that are still open.
 */
export function listOpenAttempts(
  workflow: Workflow,
  options: { after?: AttemptKey | undefined; limit?: number } | { among: readonly AttemptKey[] } = {},
): OpenAttempt[] {
  return 'among' in options ? listAmong(workflow, options.among) : listPage(workflow, options);
}

function listPage(
  workflow: Workflow,
  options: { after?: AttemptKey | undefined; limit?: number },
): OpenAttempt[] {
  const { after = { recordId: 0, attempt: 0 }, limit = 1000 } = options;
  const select = workflow.db.prepare<[number, number, number], OpenAttempt>(`
    select ${columns}
    from oact_attempts
    where settled_at is null and (record_id, attempt) > (?, ?)
    order by record_id, attempt
    limit ?`);
  return withRetry(workflow.path, () => select.all(after.recordId, after.attempt, limit));
}

function listAmong(workflow: Workflow, attempts: readonly AttemptKey[]): OpenAttempt[] {
  const select = workflow.db.prepare<[string], OpenAttempt>(`
    select ${columns}
    from json_each(?) as wanted
      cross join oact_attempts on record_id = wanted.value ->> 'recordId' and attempt = wanted.value ->> 'attempt'
    where settled_at is null`);
  return chunksOf(attempts).flatMap((chunk) =>
    withRetry(workflow.path, () => select.all(JSON.stringify(chunk))),
  );
}
