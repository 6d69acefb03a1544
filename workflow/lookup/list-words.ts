/** Words of the database that begin with some letters, for completion on the command line: few, and soon found in a million records. */
import type { Workflow } from '../database/workflow.ts';
import { hasNames } from '../names/name-column.ts';

/** A word, and what it stands for. */
export type KnownWord = { word: string; about: string };

/** Attempts that are looked at for the names of nodes; the column has no index. */
const newestAttempts = 20_000;

/** Ids that begin with these digits, or names that begin with these letters; an empty prefix names the first ids. */
export function listRecordWords(workflow: Workflow, prefix: string, limit: number): KnownWord[] {
  if (prefix !== '' && !/^\d{1,15}$/.test(prefix)) return listNames(workflow, prefix, limit);
  const select = workflow.db.prepare<[number, number, number], { id: number; status: string | null }>(
    'select id, status from structures where id between ? and ? order by id limit ?',
  );
  const words = idRangesOf(prefix).flatMap(([from, to]) => select.all(from, to, limit));
  return [
    ...words.slice(0, limit).map(({ id, status }) => ({ word: String(id), about: status ?? '' })),
    ...(prefix === '' ? [] : listNames(workflow, prefix, limit)),
  ];
}

/** `12` → 12, 120 to 129, 1200 to 1299 …: found by the key, which a comparison of texts could not use. */
function idRangesOf(prefix: string): [from: number, to: number][] {
  if (prefix === '') return [[0, Number.MAX_SAFE_INTEGER]];
  return Array.from({ length: 16 - prefix.length }, (_, zeros): [number, number] => {
    const from = Number(prefix) * 10 ** zeros;
    return [from, from + 10 ** zeros - 1];
  });
}

export function listNames(workflow: Workflow, prefix: string, limit: number): KnownWord[] {
  if (!hasNames(workflow)) return [];
  return workflow.db
    .prepare<[string, string, number], KnownWord>(
      `select name as word, 'record ' || min(record_id) as about from oact_names
       where name is not null and name >= ? and name < ? group by name order by name limit ?`,
    )
    .all(prefix, `${prefix}\u{10FFFF}`, limit);
}

/** Nodes of the newest attempts. */
export function listNodeNames(workflow: Workflow): string[] {
  return workflow.db
    .prepare<[number], string>(
      `select distinct node from (select node from oact_attempts order by rowid desc limit ?)
       where node is not null order by node`,
    )
    .pluck()
    .all(newestAttempts);
}
