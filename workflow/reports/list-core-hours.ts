import { paceSeconds } from '../schema/totals-schema.ts';
import { withRetry } from '../database/with-retry.ts';
import type { Workflow } from '../database/workflow.ts';

/** Core-hours of the attempts that ended within one piece of time. */
export type CoreHoursBucket = {
  /** Where it begins; ISO 8601 UTC. */
  from: string;
  /** Of attempts that completed. */
  used: number;
  /** Of those that failed or ran into their time limit. */
  wasted: number;
};

/**
 * Core-hours per hour or another piece of time, oldest first; pieces in which nothing ended are there, too. They count where the
 * attempt ended, however long it ran. Full multiples of 300 s are read from the totals, others from the attempts.
 * @param range.to the last piece ends with it; the first one begins `count` pieces before
 */
export function listCoreHours(
  workflow: Workflow,
  range: { to: Date; count: number; seconds: number },
): CoreHoursBucket[] {
  const { to, count, seconds } = range;
  const fromMs = to.getTime() - count * seconds * 1000;
  const isPaced = [fromMs / 1000, seconds].every((time) => time % paceSeconds === 0);
  const select = workflow.db.prepare<
    [Record<string, string | number>],
    { bucket: number; used: number; wasted: number }
  >(`
    select cast((at - @fromSeconds) / @seconds as integer) as bucket,
      total(iif(outcome = 'completed', hours, 0)) as used, total(iif(outcome <> 'completed', hours, 0)) as wasted
    from (${isPaced ? ofPieces : ofAttempts})
    group by bucket`);
  const rows = withRetry(workflow, () =>
    select.all({
      fromSeconds: Math.floor(fromMs / 1000),
      seconds,
      from: isPaced ? fromMs / 1000 / paceSeconds : new Date(fromMs).toISOString(),
      to: isPaced ? to.getTime() / 1000 / paceSeconds : to.toISOString(),
    }),
  );
  const byBucket = new Map(rows.map((row) => [Math.min(row.bucket, count - 1), row]));
  return Array.from({ length: count }, (_, index) => ({
    from: new Date(fromMs + index * seconds * 1000).toISOString(),
    used: byBucket.get(index)?.used ?? 0,
    wasted: byBucket.get(index)?.wasted ?? 0,
  }));
}

const ofPieces = `select piece * ${paceSeconds} as at, outcome, core_ms / 3.6e6 as hours from oact_pace where piece >= @from and piece < @to`;
const ofAttempts = `
  select unixepoch(coalesce(finished_at, settled_at)) as at, outcome, json_array_length(cores) * elapsed_seconds / 3600 as hours
  from oact_attempts
  where settled_at is not null and coalesce(finished_at, settled_at) >= @from and coalesce(finished_at, settled_at) < @to
    and outcome in ('completed', 'failed', 'timed_out')`;
