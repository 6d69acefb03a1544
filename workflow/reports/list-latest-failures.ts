import { nameColumn } from '../names/name-column.ts';
import { withRetry } from '../database/with-retry.ts';
import type { Workflow } from '../database/workflow.ts';

/** A record that has failed or run into its time limit, and is not worked on again. */
export type LatestFailure = {
  recordId: number;
  /** The chemist's own; null: it has none. */
  name: string | null;
  /** A failure class, or timed_out. */
  class: string;
  node: string | null;
  endedAt: string;
};

/** Endings that are looked at: of failures that were all retried, none is listed. */
const newestEndings = 1000;

/** The records that failed last, newest first; an index has the endings in this order. */
export function listLatestFailures(workflow: Workflow, limit: number): LatestFailure[] {
  const select = workflow.db.prepare<[number, number], LatestFailure>(`
    with ended as materialized (
      select record_id, attempt, outcome, class, node, coalesce(finished_at, settled_at) as endedAt from oact_attempts
      where settled_at is not null order by coalesce(finished_at, settled_at) desc limit ?)
    select record_id as recordId, ${nameColumn(workflow, 'record_id')} as name,
      coalesce(class, outcome) as class, node, endedAt
    from ended join structures on structures.id = record_id
    where outcome in ('failed', 'timed_out') and status in ('failed', 'timeout')
      and attempt = (select max(attempt) from oact_attempts newest where newest.record_id = ended.record_id)
    order by endedAt desc limit ?`);
  return withRetry(workflow, () => select.all(newestEndings, limit));
}
