import { withRetry } from '../database/with-retry.ts';
import type { Workflow } from '../database/workflow.ts';
import { hasOwnTable } from '../schema/own-columns.ts';

/** What a structure is known by: its name, or the value of its key column. */
export type Identity = { by: 'name' | 'key'; value: string };

/** A record of an earlier import; its values as they are now, NULL as 0 and 1. */
export type KnownRecord = {
  id: number;
  origIndex: number | null;
  name: string | null;
  key: string | null;
  charge: number;
  multiplicity: number;
  geometry: string;
};

/**
 * What is known when structures are imported: records of earlier imports by name, key and content.
 * Its index lies in a temporary table, so it costs no write to the database and a dry run has it, too.
 */
export type ImportLedger = {
  /** Records of earlier imports with this identity. */
  listNamed(identity: Identity): KnownRecord[];
  /** Records of earlier imports with this content. */
  listSame(content: string): KnownRecord[];
  /** A record that an existing tool imported: equal row number, charge, multiplicity and geometry text. */
  findTwin(row: {
    origIndex: number | null;
    charge: number;
    multiplicity: number;
    geometry: string;
  }): KnownRecord | undefined;
  /** Whether a record has this orig_index. */
  isTaken(origIndex: number): boolean;
  /** Whether the database had a record when the import began. */
  hadRecords: boolean;
  /** The number after the largest orig_index when the import began. */
  nextIndex: number;
  close(): void;
};

const columns = `s.id, s.orig_index as origIndex, coalesce(s.charge, 0) as charge, coalesce(s.spin, 1) as multiplicity,
  coalesce(s.geometry, '') as geometry`;

/** @param contentDigits how many characters at the end of a fingerprint are the content */
export function openImportLedger(workflow: Workflow, contentDigits: number): ImportLedger {
  const { db } = workflow;
  const lastId =
    withRetry(workflow, () =>
      db.prepare<[], number | null>('select max(id) from structures').pluck().get(),
    ) ?? 0;
  const hasNames = hasOwnTable(workflow, 'oact_names');
  const own = (column: string): string =>
    hasNames ? `(select ${column} from oact_names where record_id = s.id)` : 'null';
  withRetry(workflow, () =>
    db.exec(`
      drop table if exists temp.import_known;
      create temp table import_known as
        select substr(fingerprint, -${contentDigits}) as content, record_id from oact_imports;
      create index temp.import_known_content on import_known (content);`),
  );
  const select = (where: string): ReturnType<typeof db.prepare<unknown[], KnownRecord>> =>
    db.prepare<unknown[], KnownRecord>(
      `select ${columns}, ${own('name')} as name, ${own('key')} as key from structures s where ${where}`,
    );
  const named = (by: Identity['by']): ReturnType<typeof select> | undefined =>
    hasNames
      ? select(
          `s.id in (select record_id from oact_names where ${by} = ?) and s.id <= ${lastId} order by s.id`,
        )
      : undefined;
  const byIdentity = { name: named('name'), key: named('key') };
  const same = select('s.id in (select record_id from import_known where content = ?) order by s.id');
  const twin = select(
    's.orig_index = ? and coalesce(s.charge, 0) = ? and coalesce(s.spin, 1) = ? and s.geometry = ? limit 1',
  );
  const hasImports = db.prepare('select 1 from import_known limit 1').get() !== undefined;
  const taken = db.prepare('select 1 from structures where orig_index = ? limit 1');
  const next = db.prepare<[], number>('select coalesce(max(orig_index) + 1, 0) from structures').pluck();
  return {
    listNamed: ({ by, value }) => withRetry(workflow, () => byIdentity[by]?.all(value) ?? []),
    listSame: (content) => (hasImports ? withRetry(workflow, () => same.all(content)) : []),
    findTwin: ({ origIndex, charge, multiplicity, geometry }) =>
      withRetry(workflow, () => twin.get(origIndex, charge, multiplicity, geometry)),
    isTaken: (origIndex) => withRetry(workflow, () => taken.get(origIndex)) !== undefined,
    hadRecords: lastId > 0,
    nextIndex: withRetry(workflow, () => next.get()) ?? 0,
    close: () => {
      db.exec('drop table if exists temp.import_known;');
    },
  };
}
