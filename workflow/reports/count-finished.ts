import { endedOutcomes } from '../lookup/job-filter.ts';
import { paceSeconds } from '../schema/totals-schema.ts';
import { withRetry } from '../database/with-retry.ts';
import type { Workflow } from '../database/workflow.ts';

/** What ended within one piece of time. */
export type FinishedBucket = {
  /** Where it begins; ISO 8601 UTC. */
  from: string;
  completed: number;
  failed: number;
  timedOut: number;
};

type Row = { bucket: number; outcome: string; count: number };

const fieldOf: Record<string, 'completed' | 'failed' | 'timedOut'> = {
  completed: 'completed',
  failed: 'failed',
  timed_out: 'timedOut',
};

/**
 * Attempts that ended, counted per hour or another piece of time, oldest first; pieces in which nothing ended are there, too. An attempt
 * that was retried counts as well: it is work that was done. Full multiples of 300 s are read from the totals, others from the index.
 * @param range.to the last piece ends with it; the first one begins `count` pieces before
 */
export function countFinished(
  workflow: Workflow,
  range: { to: Date; count: number; seconds?: number },
): FinishedBucket[] {
  const { to, count, seconds = 3600 } = range;
  const fromMs = to.getTime() - count * seconds * 1000;
  const isPaced = [fromMs / 1000, seconds].every((time) => time % paceSeconds === 0);
  const select = workflow.db.prepare<[Record<string, string | number>], Row>(
    isPaced
      ? `select cast((piece * ${paceSeconds} - @fromSeconds) / @seconds as integer) as bucket, outcome, sum(attempts) as count
         from oact_pace where piece >= @fromSeconds / ${paceSeconds} and piece < @toSeconds / ${paceSeconds} group by bucket, outcome`
      : `select cast((unixepoch(coalesce(finished_at, settled_at)) - @fromSeconds) / @seconds as integer) as bucket, outcome, count(*) as count
         from oact_attempts
         where settled_at is not null and coalesce(finished_at, settled_at) >= @from and coalesce(finished_at, settled_at) < @to
           and outcome in ${endedOutcomes}
         group by bucket, outcome`,
  );
  const rows = withRetry(workflow, () =>
    select.all(
      isPaced
        ? { fromSeconds: fromMs / 1000, toSeconds: to.getTime() / 1000, seconds }
        : {
            fromSeconds: Math.floor(fromMs / 1000),
            seconds,
            from: new Date(fromMs).toISOString(),
            to: to.toISOString(),
          },
    ),
  );
  const buckets = Array.from({ length: count }, (_, index) => ({
    from: new Date(fromMs + index * seconds * 1000).toISOString(),
    completed: 0,
    failed: 0,
    timedOut: 0,
  }));
  for (const { bucket, outcome, count: ended } of rows) {
    const field = fieldOf[outcome];
    // Part of a second may belong to the piece behind the last one.
    const target = buckets[Math.min(bucket, count - 1)];
    if (field !== undefined && target !== undefined) target[field] += ended;
  }
  return buckets;
}
