import { withRetry } from '../database/with-retry.ts';
import type { Workflow } from '../database/workflow.ts';
import type { RecordResults } from './result-columns.ts';
import { selectOfRecord } from './result-sql.ts';

const listed = ['finalEnergyHartree', 'scfCycles', 'wallTimeSeconds'] as const;

/** One line of the table of results. */
export type ResultRow = Pick<RecordResults, (typeof listed)[number]> & {
  id: number;
  origIndex: number | null;
  /** `U;O;O`, as imported: true for rows that oact imported, a hint for others. */
  elements: string | null;
  status: string | null;
  failCount: number | null;
  errorMessage: string | null;
  jobDir: string | null;
  /** Of the newest attempt; all null when the record has none. */
  attempt: number | null;
  class: string | null;
  node: string | null;
  slot: number | null;
};

/**
 * Rows by id with their newest attempt.
 * @param options.statuses only rows with one of these words; all by default
 */
export function listResults(
  workflow: Workflow,
  options: { limit?: number; statuses?: readonly string[] } = {},
): ResultRow[] {
  const { limit = 1000, statuses } = options;
  const select = workflow.db.prepare<{ statuses: string | null; limit: number }, ResultRow>(`
    select structures.id, orig_index as origIndex, elements, status, ${selectOfRecord('structures', listed)}, fail_count as failCount,
      error_message as errorMessage, job_dir as jobDir, attempt, class, node, slot
    from structures
      left join oact_attempts as newest on newest.record_id = structures.id and newest.attempt = (
        select max(attempt) from oact_attempts where record_id = structures.id)
    where @statuses is null or status in (select value from json_each(@statuses))
    order by structures.id
    limit @limit`);
  const wanted = statuses === undefined ? null : JSON.stringify(statuses);
  return withRetry(workflow, () => select.all({ statuses: wanted, limit }));
}
