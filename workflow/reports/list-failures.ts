import { endedOutcomes } from '../lookup/job-filter.ts';
import { withRetry } from '../database/with-retry.ts';
import type { Workflow } from '../database/workflow.ts';

/** Records that failed alike. */
export type FailureGroup = {
  /** Class of the newest attempt that came to an end; `timed_out` for the job's own limit; null: judged by another tool. */
  class: string | null;
  records: number;
  /** The newest ones. */
  examples: { recordId: number; reason: string | null; node: string | null }[];
};

type Row = { class: string | null; records: number; examples: string };

/**
 * Records whose status is failed or timeout, by class, the most frequent first, each with its newest examples. What another tool judged
 * has no class of ours.
 */
export function listFailures(workflow: Workflow, options: { examples?: number } = {}): FailureGroup[] {
  const { examples = 3 } = options;
  const select = workflow.db.prepare<[number], Row>(`
    with failed as materialized (
      select s.id, coalesce(judged.class, iif(judged.outcome = 'timed_out', 'timed_out', null)) as class, judged.reason, judged.node,
        row_number() over (
          partition by coalesce(judged.class, iif(judged.outcome = 'timed_out', 'timed_out', null))
          order by coalesce(judged.finished_at, judged.settled_at) desc, s.id desc) as place
      from structures s left join oact_attempts judged on judged.record_id = s.id and judged.attempt = (
        select max(attempt) from oact_attempts where record_id = s.id and outcome in ${endedOutcomes})
      where s.status in ('failed', 'timeout'))
    select class, count(*) as records,
      json_group_array(json_object('recordId', failed.id, 'reason', coalesce(reason, (
        select error_message from structures where structures.id = failed.id)), 'node', node) order by place) filter (where place <= ?) as examples
    from failed group by class order by records desc, class`);
  return withRetry(workflow, () => select.all(examples)).map(({ examples: text, ...row }) => ({
    ...row,
    examples: JSON.parse(text),
  }));
}
