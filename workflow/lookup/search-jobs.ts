import { renderFormula } from '../../core/formula.ts';
import { chunksOf } from '../database/chunks-of.ts';
import { joinJudged, type JobFilter, newestAttemptOf, toSql } from './job-filter.ts';
import { withRetry } from '../database/with-retry.ts';
import { hasNames, nameColumn } from '../names/name-column.ts';
import { hasOwnColumn } from '../schema/own-columns.ts';
import type { Workflow } from '../database/workflow.ts';
import { resultColumns } from '../results/result-columns.ts';
import { selectOfRecord } from '../results/result-sql.ts';

/** What a list can be sorted by: the column, and whether the attempts have it. */
const sortColumns = {
  id: { sql: 's.id', ofAttempt: false },
  origIndex: { sql: 's.orig_index', ofAttempt: false },
  atoms: { sql: 's.natoms', ofAttempt: false },
  failCount: { sql: 's.fail_count', ofAttempt: false },
  energy: { sql: `s.${resultColumns.finalEnergyHartree.inStructures}`, ofAttempt: false },
  attempts: { sql: newestAttemptOf('s.id'), ofAttempt: false },
  ended: { sql: 'coalesce(judged.finished_at, judged.settled_at)', ofAttempt: true },
  elapsed: { sql: 'judged.elapsed_seconds', ofAttempt: true },
} as const;

export type SortKey = keyof typeof sortColumns;
export const sortKeys = Object.keys(sortColumns).filter((key): key is SortKey => key in sortColumns);

export type SearchOptions = {
  filter?: JobFilter;
  /** Default: by id, ascending. Records without the value come last. */
  sort?: { by: SortKey; descending: boolean };
  limit: number;
  /** How many of the first ones are left out; default 0. */
  offset?: number;
};

/** A record as a list shows it, with the newest of its attempts that came to an end: completed, failed or timed out. */
export type JobRow = {
  id: number;
  origIndex: number | null;
  /** The chemist's own; null: it has none. */
  name: string | null;
  /** By the column elements; null when that is empty. */
  formula: string | null;
  atomCount: number | null;
  status: string | null;
  charge: number | null;
  /** 2S+1 */
  multiplicity: number | null;
  failCount: number;
  errorMessage: string | null;
  finalEnergyHartree: number | null;
  jobDir: string | null;
  /** The number of the newest attempt; 0: oact has not worked on it. */
  attempts: number;
  /** Since when the newest attempt is on its way; null: it is not. */
  queuedAt: string | null;
  /** What follows is of the newest attempt that came to an end; all null when there is none. */
  outcome: 'completed' | 'failed' | 'timed_out' | null;
  class: string | null;
  reason: string | null;
  node: string | null;
  slot: number | null;
  allocationId: string | null;
  startedAt: string | null;
  endedAt: string | null;
  elapsedSeconds: number | null;
};

/**
 * Records that match, one page of them, and how many there are in all. First the ids are found, without the wide columns; then the
 * page alone is loaded.
 */
export function searchJobs(workflow: Workflow, options: SearchOptions): { total: number; rows: JobRow[] } {
  const { filter = {}, limit, offset = 0 } = options;
  const { by, descending } = options.sort ?? { by: 'id', descending: false };
  const { sql, ofAttempt } = sortColumns[by];
  const search = toSql(filter, {
    needsJudged: ofAttempt,
    hasNames: hasNames(workflow),
    hasWarnings: hasOwnColumn(workflow, 'oact_attempts', 'warnings'),
  });
  const direction = descending ? 'desc' : 'asc';
  const order = by === 'id' ? `s.id ${direction}` : `${sql} is null, ${sql} ${direction}, s.id`;
  const find = (limits: string): string =>
    `select s.id from ${search.from} where ${search.where} order by ${order} ${limits}`;
  const values = search.values;
  // The index alone counts these, so the rest of the ids need not be listed.
  if (isCountedByIndex(filter)) {
    const count = workflow.db
      .prepare<[typeof values], number>(`select count(*) from structures s where ${search.where}`)
      .pluck();
    const page = workflow.db.prepare<[typeof values], number>(find('limit @limit offset @offset')).pluck();
    const [total, ids] = withRetry(workflow, () => [
      count.get(values) ?? 0,
      page.all({ ...values, limit, offset }),
    ]);
    return { total, rows: loadRows(workflow, ids) };
  }
  const all = workflow.db.prepare<[typeof values], number>(find('')).pluck();
  const ids = withRetry(workflow, () => all.all(values));
  return { total: ids.length, rows: loadRows(workflow, ids.slice(offset, offset + limit)) };
}

function isCountedByIndex(filter: JobFilter): boolean {
  return Object.entries(filter).every(
    ([name, value]) => name === 'statuses' || value === null || value === undefined,
  );
}

function loadRows(workflow: Workflow, ids: readonly number[]): JobRow[] {
  const select = workflow.db.prepare<[string], Omit<JobRow, 'formula'> & { elements: string | null }>(`
    select s.id, s.orig_index as origIndex, ${nameColumn(workflow, 's.id')} as name, s.elements, s.natoms as atomCount, s.status, s.charge, s.spin as multiplicity,
      coalesce(s.fail_count, 0) as failCount, s.error_message as errorMessage, ${selectOfRecord('s', ['finalEnergyHartree'])}, s.job_dir as jobDir,
      ${newestAttemptOf('s.id')} as attempts,
      (select queued_at from oact_attempts where record_id = s.id and settled_at is null) as queuedAt,
      judged.outcome, judged.class, judged.reason, judged.node, judged.slot, judged.allocation_id as allocationId,
      judged.started_at as startedAt, coalesce(judged.finished_at, judged.settled_at) as endedAt,
      judged.elapsed_seconds as elapsedSeconds
    from json_each(?) as page cross join structures s on s.id = page.value ${joinJudged}
    order by page.key`);
  return chunksOf(ids)
    .flatMap((chunk) => withRetry(workflow, () => select.all(JSON.stringify(chunk))))
    .map(({ elements, ...row }) => ({
      ...row,
      formula: elements === null || elements === '' ? null : renderFormula(elements.split(';')),
    }));
}
