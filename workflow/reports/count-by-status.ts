import { withRetry } from '../database/with-retry.ts';
import type { Workflow } from '../database/workflow.ts';

const known = ['to_run', 'running', 'completed', 'failed', 'timeout'] as const;

/** Rows by status. `other` counts NULL and words that no tool should have written. */
export type StatusCounts = Record<(typeof known)[number] | 'other' | 'total', number>;

/** Counts from the index alone; `ready`, the old word, counts as `to_run`. */
export function countByStatus(workflow: Workflow): StatusCounts {
  const sql = 'select status, count(*) as count from structures group by status';
  const select = workflow.db.prepare<[], { status: unknown; count: number }>(sql);
  const counts = { to_run: 0, running: 0, completed: 0, failed: 0, timeout: 0, other: 0, total: 0 };
  for (const { status, count } of withRetry(workflow, () => select.all())) {
    const word = status === 'ready' ? 'to_run' : status;
    counts[known.find((name) => name === word) ?? 'other'] += count;
    counts.total += count;
  }
  return counts;
}
