import { renderFormula } from '../../core/formula.ts';
import { chunksOf } from '../database/chunks-of.ts';
import { type FilterSql, joinJudged, type JobFilter, newestAttemptOf, toSql } from './job-filter.ts';
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
  // What stands behind the geometry of a row is not read for the order of a list.
  name: { sql: '', ofAttempt: false },
  formula: { sql: 's.elements', ofAttempt: false },
  status: { sql: 's.status', ofAttempt: false },
  class: { sql: 'judged.class', ofAttempt: true },
  node: { sql: 'judged.node', ofAttempt: true },
  message: { sql: 'judged.reason', ofAttempt: true },
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
  /** Instead of an offset: the records next to one, which cost the same wherever it stands. */
  at?: SearchPlace | undefined;
};

/** Behind or before a record in the order of the list, or the last page. */
export type SearchPlace = { after: number } | { before: number } | 'last';

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
  const { total, ids } = findJobs(workflow, options);
  return { total, rows: loadRows(workflow, ids) };
}

/** The ids alone, for lists that are too long to be held: loadRows gives some of them at a time. */
export function findJobs(workflow: Workflow, options: SearchOptions): { total: number; ids: number[] } {
  const { filter = {}, limit, offset = 0, at } = options;
  const { by, descending } = options.sort ?? { by: 'id', descending: false };
  const { ofAttempt } = sortColumns[by];
  const sql = by === 'name' ? nameColumn(workflow, 's.id') : sortColumns[by].sql;
  const search = toSql(filter, {
    needsJudged: ofAttempt,
    hasNames: hasNames(workflow),
    hasWarnings: hasOwnColumn(workflow, 'oact_attempts', 'warnings'),
  });
  const order = orderOf(sql, by, descending);
  const values = search.values;
  // The index alone counts these, so the rest of the ids need not be listed.
  if (isCountedByIndex(filter)) {
    const count = workflow.db
      .prepare<[typeof values], number>(`select count(*) from structures s where ${search.where}`)
      .pluck();
    const total = withRetry(workflow, () => count.get(values) ?? 0);
    const ids =
      at === undefined
        ? listIds(workflow, search, `true order by ${order.forth} limit @limit offset @offset`, {
            limit,
            offset,
          })
        : listNextTo(workflow, search, { order, at, limit: at === 'last' ? total % limit || limit : limit });
    return { total, ids };
  }
  const ids = listIds(workflow, search, `true order by ${order.forth}`, {});
  const from = at === undefined ? offset : placeIn(ids, at, limit);
  return { total: ids.length, ids: ids.slice(from, from + limit) };
}

/** Ids of all records that match, in order. */
export function searchIds(workflow: Workflow, filter: JobFilter): number[] {
  const search = toSql(filter, {
    hasNames: hasNames(workflow),
    hasWarnings: hasOwnColumn(workflow, 'oact_attempts', 'warnings'),
  });
  return listIds(workflow, search, 'true order by s.id', {});
}

/** The order of a list and its reverse, and what stands behind a row with the value `@value` and the id `@id`; nulls come last. */
function orderOf(
  sql: string,
  by: SortKey,
  descending: boolean,
): { sql: string; forth: string; back: string; behind: string; before: string } {
  const [up, down] = descending ? ['desc', 'asc'] : ['asc', 'desc'];
  const [more, less] = descending ? ['<', '>'] : ['>', '<'];
  if (by === 'id')
    return {
      sql,
      forth: `s.id ${up}`,
      back: `s.id ${down}`,
      behind: `s.id ${more} @id`,
      before: `s.id ${less} @id`,
    };
  return {
    sql,
    forth: `${sql} is null, ${sql} ${up}, s.id`,
    back: `${sql} is not null, ${sql} ${down}, s.id desc`,
    behind: `iif(@value is null, ${sql} is null and s.id > @id,
      ${sql} is null or ${sql} ${more} @value or ${sql} = @value and s.id > @id)`,
    before: `iif(@value is null, ${sql} is not null or s.id < @id,
      ${sql} ${less} @value or ${sql} = @value and s.id < @id)`,
  };
}

type More = Record<string, string | number | null>;

function listIds(workflow: Workflow, { from, where, values }: FilterSql, rest: string, more: More): number[] {
  const select = workflow.db
    .prepare<[More], number>(`select s.id from ${from} where (${where}) and ${rest}`)
    .pluck();
  return withRetry(workflow, () => select.all({ ...values, ...more }));
}

/** The page behind or before a record, by the value that it is sorted by: no row before it is counted. */
function listNextTo(
  workflow: Workflow,
  search: FilterSql,
  { order, at, limit }: { order: ReturnType<typeof orderOf>; at: SearchPlace; limit: number },
): number[] {
  if (at === 'last')
    return listIds(workflow, search, `true order by ${order.back} limit @limit`, { limit }).toReversed();
  const id = 'after' in at ? at.after : at.before;
  const select = workflow.db
    .prepare<[number], string | number | null>(
      `select ${order.sql} from structures s ${search.joinsJudged ? joinJudged : ''} where s.id = ?`,
    )
    .pluck();
  const more = { id, value: withRetry(workflow, () => select.get(id)) ?? null, limit };
  if ('after' in at)
    return listIds(workflow, search, `${order.behind} order by ${order.forth} limit @limit`, more);
  return listIds(workflow, search, `${order.before} order by ${order.back} limit @limit`, more).toReversed();
}

function placeIn(ids: readonly number[], at: SearchPlace, limit: number): number {
  if (at === 'last') return Math.floor(Math.max(0, ids.length - 1) / limit) * limit;
  if ('after' in at) return ids.indexOf(at.after) + 1;
  return Math.max(0, ids.indexOf(at.before) - limit);
}

function isCountedByIndex(filter: JobFilter): boolean {
  return Object.entries(filter).every(
    ([name, value]) => name === 'statuses' || value === null || value === undefined,
  );
}

/** Records as a list shows them, in the order of the ids. */
export function loadRows(workflow: Workflow, ids: readonly number[]): JobRow[] {
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
