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
 * attempt ended, however long it ran. From the totals.
 * @param range.to the last piece ends with it; the first one begins `count` pieces before; full multiples of 300 s, as `seconds` is
 */
export function listCoreHours(
  workflow: Workflow,
  range: { to: Date; count: number; seconds: number },
): CoreHoursBucket[] {
  const { to, count, seconds } = range;
  const fromSeconds = to.getTime() / 1000 - count * seconds;
  const select = workflow.db.prepare<
    [Record<string, number>],
    { bucket: number; used: number; wasted: number }
  >(`
    select (piece * ${paceSeconds} - @fromSeconds) / @seconds as bucket,
      total(iif(outcome = 'completed', core_ms, 0)) / 3.6e6 as used, total(iif(outcome <> 'completed', core_ms, 0)) / 3.6e6 as wasted
    from oact_pace where piece >= @fromSeconds / ${paceSeconds} and piece < (@fromSeconds + @count * @seconds) / ${paceSeconds}
    group by bucket`);
  const rows = withRetry(workflow, () => select.all({ fromSeconds, seconds, count }));
  const byBucket = new Map(rows.map((row) => [Math.trunc(row.bucket), row]));
  return Array.from({ length: count }, (_, index) => ({
    from: new Date((fromSeconds + index * seconds) * 1000).toISOString(),
    used: byBucket.get(index)?.used ?? 0,
    wasted: byBucket.get(index)?.wasted ?? 0,
  }));
}
