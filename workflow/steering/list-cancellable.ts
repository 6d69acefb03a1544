import type { IdRange } from '../records/list-candidates.ts';
import { hasOwnTable } from '../schema/own-columns.ts';
import { withRetry } from '../database/with-retry.ts';
import type { Workflow } from '../database/workflow.ts';

/** Statuses of records that have not come to an end. */
export const cancellableStatuses = ['to_run', 'running'] as const;
export type CancellableStatus = (typeof cancellableStatuses)[number];

/** Which records; what is null does not narrow the choice. */
export type CancellableFilter = {
  statuses: readonly CancellableStatus[];
  /** Inclusive. */
  ids: readonly IdRange[] | null;
};

export type CancellableRecord = {
  id: number;
  status: CancellableStatus;
  /** Its open attempt; null: it waits in the table, or runs for another tool. */
  attempt: number | null;
  /** When someone asked for it before, ISO 8601 UTC. */
  requestedAt: string | null;
};

/** Records that wait or run, by id, without their geometry. */
export function listCancellable(workflow: Workflow, filter: CancellableFilter): CancellableRecord[] {
  const request = hasOwnTable(workflow, 'oact_cancellations')
    ? 'select requested_at from oact_cancellations c where c.record_id = s.id and c.attempt = open.attempt'
    : 'null';
  const select = workflow.db.prepare<[Record<string, unknown>], CancellableRecord>(`
    select s.id, case s.status when 'ready' then 'to_run' else s.status end as status, open.attempt, (${request}) as requestedAt
    from structures s
      left join oact_attempts open on s.status = 'running' and open.record_id = s.id and open.settled_at is null
        and open.attempt = (select max(attempt) from oact_attempts where record_id = s.id)
    where s.status in (select value from json_each(@statuses))
      and (@ids is null or exists (
        select 1 from json_each(@ids) where s.id between value ->> 0 and value ->> 1))
    order by s.id`);
  const statuses = filter.statuses.flatMap((status) =>
    status === 'to_run' ? ['to_run', 'ready'] : [status],
  );
  const ids = filter.ids && JSON.stringify(filter.ids.map(({ from, to }) => [from, to]));
  return withRetry(workflow, () => select.all({ statuses: JSON.stringify(statuses), ids }));
}
