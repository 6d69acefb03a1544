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

/** Nodes, those with the most failures first; from the totals. */
export function listNodeHealth(workflow: Workflow): NodeHealth[] {
  const select = workflow.db.prepare<[], NodeHealth>(`
    with worst as (
      select node, class, sum(attempts) as records, row_number() over (partition by node order by sum(attempts) desc, class) as place
      from oact_totals where class <> '' group by node, class)
    select ended.node, total(iif(outcome = 'completed', attempts, 0)) as completed, total(iif(outcome = 'failed', attempts, 0)) as failed,
      total(iif(outcome = 'timed_out', attempts, 0)) as timedOut, sum(faults) as faults, sum(lost) as lost,
      sum(iif(outcome = 'completed', elapsed_ms, null)) / 1000.0 / nullif(sum(iif(outcome = 'completed', timed, null)), 0) as meanSeconds,
      sum(core_ms) / 3.6e6 as coreHours, max(last_ended_at) as lastEndedAt,
      worst.class as topClass, coalesce(worst.records, 0) as topClassCount
    from oact_totals ended left join worst on worst.node = ended.node and place = 1
    where ended.node <> ''
    group by ended.node
    order by failed + timedOut desc, ended.node`);
  return withRetry(workflow, () => select.all());
}
