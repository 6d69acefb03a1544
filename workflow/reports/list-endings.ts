import { endedOutcomes } from '../lookup/job-filter.ts';
import { nameColumn } from '../names/name-column.ts';
import { withRetry } from '../database/with-retry.ts';
import type { Workflow } from '../database/workflow.ts';

/** An attempt that came to its end and was settled. */
export type EndedAttempt = {
  id: number;
  /** The chemist's own; null: it has none. */
  name: string | null;
  attempt: number;
  outcome: 'completed' | 'failed' | 'timed_out';
  failureClass: string | null;
  reason: string | null;
  node: string | null;
  elapsedSeconds: number | null;
  /** When it was settled, ISO 8601 UTC. */
  at: string;
  isRetried: boolean;
};

/** What was settled at this time or later, oldest first; an index has the attempts in this order. */
export function listEndingsSince(workflow: Workflow, since: string): EndedAttempt[] {
  const select = workflow.db.prepare<[string], Omit<EndedAttempt, 'isRetried'> & { isRetried: number }>(`
    select record_id as id, ${nameColumn(workflow, 'ended.record_id')} as name, attempt, outcome, class as failureClass, reason, node,
      elapsed_seconds as elapsedSeconds, settled_at as at,
      exists (select 1 from oact_attempts where record_id = ended.record_id and attempt > ended.attempt) as isRetried
    from oact_attempts ended
    where settled_at is not null and settled_at >= ? and outcome in ${endedOutcomes}
    order by settled_at, record_id, attempt`);
  return withRetry(workflow, () => select.all(since)).map((row) => ({
    ...row,
    isRetried: row.isRetried === 1,
  }));
}
