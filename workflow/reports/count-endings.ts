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

/**
 * Attempts that were settled in a period, by outcome and class. Stale and released ones had no ending of their own.
 * @param period ISO 8601 UTC; `from` belongs to it, `to` does not
 */
export function countEndings(workflow: Workflow, period: { from?: string; to?: string } = {}): EndingCount[] {
  // From the beginning, the table itself is read in less time than its index and then the table.
  const how = period.from === undefined ? 'not indexed' : '';
  const select = workflow.db.prepare<{ from: string; to: string }, EndingCount>(`
    select outcome, class, count(*) as count,
      coalesce(sum(elapsed_seconds * coalesce(json_array_length(cores), 0)), 0) as coreSeconds
    from oact_attempts ${how}
    where settled_at >= @from and settled_at < @to and outcome in ('completed', 'failed', 'timed_out')
    group by outcome, class`);
  // Every ISO time lies between these two.
  const { from = '', to = '~' } = period;
  return withRetry(workflow, () => select.all({ from, to }));
}
