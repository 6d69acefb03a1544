import { withRetry } from '../database/with-retry.ts';
import type { Workflow } from '../database/workflow.ts';
import type { IdRange } from './list-candidates.ts';

/** Statuses of records that have come to an end. */
export const finishedStatuses = ['failed', 'timeout', 'completed'] as const;
export type FinishedStatus = (typeof finishedStatuses)[number];

/** Which finished records; what is null does not narrow the choice. */
export type FinishedFilter = {
  statuses: readonly FinishedStatus[];
  /** Inclusive. */
  ids: readonly IdRange[] | null;
  /** Classes of the newest settled attempt; a record that another tool judged has none. */
  classes: readonly string[] | null;
  /** The node of that attempt. */
  node: string | null;
  /** A part of the error message, letter case ignored. */
  error: string | null;
  /** Only records that failed less often than this. */
  failCountBelow: number | null;
};

export type FinishedRecord = {
  id: number;
  origIndex: number | null;
  status: FinishedStatus;
  charge: number;
  multiplicity: number;
  jobDir: string | null;
  failCount: number;
  /** Of the newest settled attempt. */
  class: string | null;
  /** The newest attempt number that the database knows; 0: none. */
  attempt: number;
};

/** Finished records by id, without their geometry. Not one whose attempt is open: another tool has judged it too early. */
export function listFinished(workflow: Workflow, filter: FinishedFilter): FinishedRecord[] {
  const select = workflow.db.prepare<[Record<string, unknown>], FinishedRecord>(`
    select s.id, s.orig_index as origIndex, s.status, coalesce(s.charge, 0) as charge, coalesce(s.spin, 1) as multiplicity, s.job_dir as jobDir,
      coalesce(s.fail_count, 0) as failCount, newest.class,
      coalesce((select max(attempt) from oact_attempts where record_id = s.id), 0) as attempt
    from structures s left join oact_attempts newest on newest.record_id = s.id and newest.attempt = (
      select max(attempt) from oact_attempts where record_id = s.id and outcome in ('completed', 'failed', 'timed_out'))
    where s.status in (select value from json_each(@statuses))
      and not exists (select 1 from oact_attempts where record_id = s.id and settled_at is null)
      and (@ids is null or exists (
        select 1 from json_each(@ids) where s.id between value ->> 0 and value ->> 1))
      and (@classes is null or newest.class in (select value from json_each(@classes)))
      and (@node is null or newest.node = @node)
      and (@error is null or instr(lower(s.error_message), lower(@error)) > 0)
      and (@failCountBelow is null or coalesce(s.fail_count, 0) < @failCountBelow)
    order by s.id`);
  const { statuses, ids, classes, ...rest } = filter;
  const values = {
    ...rest,
    statuses: JSON.stringify(statuses),
    ids: ids && JSON.stringify(ids.map(({ from, to }) => [from, to])),
    classes: classes && JSON.stringify(classes),
  };
  return withRetry(workflow, () => select.all(values));
}

/** Whether a record still is as it was listed, and no attempt of it is open or newer. */
export function isAtRest(
  workflow: Workflow,
  { id, status, attempt }: Pick<FinishedRecord, 'id' | 'status' | 'attempt'>,
): boolean {
  const select = workflow.db.prepare<[number, string, number], 1>(`
    select 1 from structures where id = ? and status = ?
      and not exists (select 1 from oact_attempts where record_id = id and (settled_at is null or attempt > ?))`);
  return withRetry(workflow, () => select.get(id, status, attempt)) !== undefined;
}
