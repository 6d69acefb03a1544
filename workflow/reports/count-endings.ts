import { withRetry } from '../database/with-retry.ts';
import type { Workflow } from '../database/workflow.ts';

/** How attempts ended: those with one outcome and one failure class. */
export interface EndingCount {
  outcome: 'completed' | 'failed' | 'timed_out';
  /** Of `failed` only. */
  class: string | null;
  count: number;
  /** Time from start to end of the run, times the cores of its slot. */
  coreSeconds: number;
}

/** All attempts that came to an end, by outcome and class; from the totals. */
export function countEndings(workflow: Workflow): EndingCount[] {
  const select = workflow.db.prepare<[], EndingCount>(`
    select outcome, nullif(class, '') as class, sum(attempts) as count, sum(core_ms) / 1000.0 as coreSeconds
    from oact_totals group by outcome, class`);
  return withRetry(workflow, () => select.all());
}

/**
 * Attempts that were settled since a moment, by outcome and class. Stale and released ones had no ending of their own.
 * @param from ISO 8601 UTC; it belongs to the period
 */
export function countEndingsSince(workflow: Workflow, from: string): EndingCount[] {
  const select = workflow.db.prepare<[string], EndingCount>(`
    select outcome, class, count(*) as count,
      coalesce(sum(elapsed_seconds * coalesce(json_array_length(cores), 0)), 0) as coreSeconds
    from oact_attempts
    where settled_at >= ? and outcome in ('completed', 'failed', 'timed_out')
    group by outcome, class`);
  return withRetry(workflow, () => select.all(from));
}
