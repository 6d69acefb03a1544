import { countByStatus, type StatusCounts } from './count-by-status.ts';
import { endedOutcomes } from '../lookup/job-filter.ts';
import { withRetry } from '../database/with-retry.ts';
import { type Forecast, readForecast } from '../steering/forecast-note.ts';
import type { Workflow } from '../database/workflow.ts';

/** How fast records come to an end, and what that means for the rest. */
export type Rate = {
  /** Records that came to an end within the time looked at; an attempt that is followed by another one is no end. */
  finished: number;
  /** The time looked at; null: nothing came to an end within a week. */
  seconds: number | null;
  perHour: number | null;
  /** Records that wait under the fail cap, or run. */
  remaining: number;
  /** Waiting records that failed as often as the cap allows: they will not run. */
  capped: number;
  /** At this rate; null: unknown, because nothing finished. */
  etaSeconds: number | null;
  /** By the learned run times, which is better than the rate; left out where no process that fills the queue knows them. */
  forecast?: Forecast;
};

const hours = [1, 6, 24, 168] as const;
/** So many tell a rate; fewer ask for a longer look back. */
const enough = 20;

type Window = { finished: number; firstStart: string | null };

/**
 * The rate of the last hour, or, where little came to an end in it, of 6 hours, a day, a week. The time looked at begins no earlier
 * than the first of these runs, so that a campaign of twenty minutes is not taken for one of an hour.
 * @param options.maxFailCount the cap with which records are claimed; null: none
 * @param options.counts of countByStatus, when they are at hand
 */
export function measureRate(
  workflow: Workflow,
  options: { now: Date; maxFailCount: number | null; counts?: StatusCounts },
): Rate {
  const { now, maxFailCount } = options;
  const counts = options.counts ?? countByStatus(workflow);
  const capped =
    maxFailCount === null ? 0 : maxFailCount <= 0 ? counts.to_run : countCapped(workflow, maxFailCount);
  const remaining = counts.to_run - capped + counts.running;
  const { finished, seconds } = lookBack(workflow, now);
  const forecast = remaining === 0 ? null : readForecast(workflow, now);
  const perHour = seconds === null ? null : (finished * 3600) / seconds;
  return {
    finished,
    seconds,
    perHour,
    remaining,
    capped,
    etaSeconds: remaining === 0 ? 0 : perHour === null ? null : (remaining * 3600) / perHour,
    ...(forecast !== null && { forecast }),
  };
}

function lookBack(workflow: Workflow, now: Date): { finished: number; seconds: number | null } {
  const select = workflow.db.prepare<[string, string], Window>(`
    select count(*) as finished, min(started_at) as firstStart
    from oact_attempts ended
    where settled_at is not null and coalesce(finished_at, settled_at) >= ? and coalesce(finished_at, settled_at) <= ?
      and outcome in ${endedOutcomes}
      and (outcome = 'completed' or not exists (
        select 1 from oact_attempts where record_id = ended.record_id and attempt > ended.attempt))`);
  let last: { finished: number; seconds: number | null } = { finished: 0, seconds: null };
  for (const span of hours) {
    const from = new Date(now.getTime() - span * 3_600_000).toISOString();
    const { finished, firstStart } = withRetry(workflow, () => select.get(from, now.toISOString())) ?? {
      finished: 0,
      firstStart: null,
    };
    if (finished > 0) {
      const begin = firstStart !== null && firstStart > from ? firstStart : from;
      // Clocks of nodes may be ahead; a rate over less than a minute says nothing.
      last = { finished, seconds: Math.max(60, (now.getTime() - Date.parse(begin)) / 1000) };
    }
    if (finished >= enough) break;
  }
  return last;
}

/** Waiting records at the cap; an index has those that failed at all. */
function countCapped(workflow: Workflow, maxFailCount: number): number {
  const select = workflow.db
    .prepare<[number], number>(
      `select count(*) from structures where fail_count > 0 and fail_count >= ? and +status in ('to_run', 'ready')`,
    )
    .pluck();
  return withRetry(workflow, () => select.get(maxFailCount)) ?? 0;
}
