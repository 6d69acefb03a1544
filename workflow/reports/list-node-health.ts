import { endedOutcomes } from '../lookup/job-filter.ts';
import { ownColumns } from '../schema/own-columns.ts';
import { withRetry } from '../database/with-retry.ts';
import type { Workflow } from '../database/workflow.ts';

/** What one node has done, by the attempts that ended there. */
export type NodeHealth = {
  node: string;
  completed: number;
  failed: number;
  timedOut: number;
  /** Of the jobs that ended here: faults of ours and losses that they met, here or on the way here. */
  faults: number;
  lost: number;
  /** Mean time of a completed run, seconds. */
  meanSeconds: number | null;
  coreHours: number;
  lastEndedAt: string;
  /** The most frequent class of the failures here. */
  topClass: string | null;
  topClassCount: number;
};

/** Nodes, those with the most failures first. Reads every attempt once. @param options.since only what ended after it */
export function listNodeHealth(workflow: Workflow, options: { since?: Date } = {}): NodeHealth[] {
  const counts = ownColumns(workflow, 'oact_attempts', { faults: 'faults', lost: 'lost' });
  const select = workflow.db.prepare<[string], NodeHealth>(`
    with ended as materialized (
      select node, outcome, class, cores, elapsed_seconds, coalesce(finished_at, settled_at) as endedAt, ${counts}
      from oact_attempts
      where settled_at is not null and outcome in ${endedOutcomes} and node is not null and coalesce(finished_at, settled_at) >= ?),
    worst as (
      select node, class, count(*) as records, row_number() over (partition by node order by count(*) desc, class) as place
      from ended where class is not null group by node, class)
    select ended.node, sum(outcome = 'completed') as completed, sum(outcome = 'failed') as failed, sum(outcome = 'timed_out') as timedOut,
      cast(total(faults) as integer) as faults, cast(total(lost) as integer) as lost,
      avg(iif(outcome = 'completed', elapsed_seconds, null)) as meanSeconds,
      total(json_array_length(cores) * elapsed_seconds) / 3600 as coreHours, max(endedAt) as lastEndedAt,
      worst.class as topClass, coalesce(worst.records, 0) as topClassCount
    from ended left join worst on worst.node = ended.node and place = 1
    group by ended.node
    order by failed + timedOut desc, ended.node`);
  return withRetry(workflow, () => select.all((options.since ?? new Date(0)).toISOString()));
}
