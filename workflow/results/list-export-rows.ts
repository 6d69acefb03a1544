import type { IdRange } from '../records/list-candidates.ts';
import type { ExportedResults } from './result-columns.ts';
import { selectExported, selectOfAttempt } from './result-sql.ts';
import { structureColumns } from '../schema/structures-schema.ts';
import { withRetry } from '../database/with-retry.ts';
import { nameColumn } from '../names/name-column.ts';
import type { Workflow } from '../database/workflow.ts';

/** A row as it is exported; units in the names. */
export type ExportRow = ExportedResults & {
  id: number;
  origIndex: number | null;
  /** The chemist's own; null: it has none. */
  name: string | null;
  elements: string | null;
  status: string | null;
  /** NULL is 0. */
  charge: number;
  /** 2S+1; NULL is 1. */
  multiplicity: number;
  failCount: number;
  errorMessage: string | null;
  jobDir: string | null;
  /** Of the newest settled attempt; null when oact knows none. */
  attempt: number | null;
  class: string | null;
};

export interface ExportFilter {
  /** null: all. */
  statuses: readonly string[] | null;
  /** Inclusive; null: all. */
  ids: readonly IdRange[] | null;
}

/** The user's own columns of the table, by name. */
export function listExtraColumns({ db }: Workflow): string[] {
  const names = db.prepare<[], string>(`select name from pragma_table_info('structures')`).pluck().all();
  return names.filter((name) => !structureColumns.some((known) => known === name));
}

/** One page of rows by id, behind `afterId`, each with the user's own columns. Pages, because a long read would keep writers out. */
export function listExportRows(
  workflow: Workflow,
  filter: ExportFilter,
  page: { afterId: number; limit: number },
): (ExportRow & Record<string, unknown>)[] {
  const extra = listExtraColumns(workflow).map((name) => `, s."${name.replaceAll('"', '""')}"`);
  const select = workflow.db.prepare<[Record<string, unknown>], ExportRow & Record<string, unknown>>(`
    select s.id, s.orig_index as origIndex, ${nameColumn(workflow, 's.id')} as name, s.elements, s.status, coalesce(s.charge, 0) as charge, coalesce(s.spin, 1) as multiplicity,
      coalesce(s.fail_count, 0) as failCount,
      s.error_message as errorMessage, s.job_dir as jobDir,
      newest.attempt, newest.class, ${selectExported}${extra.join('')}
    from structures s
      left join (select record_id, attempt, outcome, class, ${selectOfAttempt(workflow)} from oact_attempts) newest
        on newest.record_id = s.id and newest.attempt = (
          select max(attempt) from oact_attempts
          where record_id = s.id and outcome in ('completed', 'failed', 'timed_out'))
    where s.id > @afterId
      and (@statuses is null or s.status in (select value from json_each(@statuses)))
      and (@ids is null or exists (select 1 from json_each(@ids) where s.id between value ->> 0 and value ->> 1))
    order by s.id
    limit @limit`);
  const values = {
    ...page,
    statuses: filter.statuses && JSON.stringify(filter.statuses),
    ids: filter.ids && JSON.stringify(filter.ids.map(({ from, to }) => [from, to])),
  };
  return withRetry(workflow, () => select.all(values));
}
