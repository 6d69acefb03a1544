import { OactError } from '../../core/errors.ts';
import { listColumns } from '../schema/check-structures.ts';
import { inTransaction } from '../database/in-transaction.ts';
import { prepareNames } from '../names/keep-names.ts';
import { noteTrueSizes } from './sizes.ts';
import type { Workflow } from '../database/workflow.ts';

/** One structure to insert. */
export type NewStructure = {
  /** What makes it the same structure when it is imported again; see producer/import/fingerprint.ts. */
  fingerprint: string;
  /** Row number in its source, from 0; null takes the next free number. */
  origIndex: number | null;
  /** Element symbols in the order of the geometry. */
  symbols: readonly string[];
  charge: number;
  /** 2S+1 */
  multiplicity: number;
  /** Stored as it is. */
  geometry: string;
  /** Values of the user's own columns. */
  extra: Readonly<Record<string, string | number | null>>;
  /** The chemist's own name, the value of the key column, and the place in the source: `wave2.csv:17`. */
  name?: string | null;
  key?: string | null;
  source?: string | null;
};

/**
 * What `orig_index` is: the row number of the source, as the existing system has it; or the record id, so that `job_{orig_index}`, the
 * existing dashboard's default, and `job_{id}` are the same directory.
 */
export type Numbering = 'by_source' | 'by_id';

/**
 * Whether new records can be numbered by id: all that are there have their id as `orig_index`. Reads an index only.
 */
export function isNumberedById({ db }: Workflow): boolean {
  const other = db.prepare<[], 1>('select 1 from structures where orig_index is not id limit 1');
  return other.get() === undefined;
}

/**
 * Inserts structures as `to_run`, in one transaction. One that was imported before is skipped: known by its
 * fingerprint or, where the existing tools imported it, by equal orig_index, charge, multiplicity and
 * geometry text.
 * @throws OactError USAGE when `extraColumns` names a column that the table does not have
 */
export function insertStructures(
  workflow: Workflow,
  structures: readonly NewStructure[],
  extraColumns: readonly string[] = [],
  numbering: Numbering = 'by_source',
): { inserted: number; duplicates: number } {
  const { db } = workflow;
  checkColumnsExist(workflow, extraColumns);
  const findImport = db.prepare('select 1 from oact_imports where fingerprint = ?');
  const findTwin = db
    .prepare<unknown[], number>(
      'select id from structures where orig_index = ? and coalesce(charge, 0) = ? and coalesce(spin, 1) = ? and geometry = ? limit 1',
    )
    .pluck();
  const nextIndex = db.prepare<[], number>('select coalesce(max(orig_index) + 1, 0) from structures').pluck();
  // As AUTOINCREMENT counts; nobody else inserts in this transaction.
  const nextId = db
    .prepare<[], number>(
      "select 1 + max(coalesce((select seq from sqlite_sequence where name = 'structures'), 0), coalesce((select max(id) from structures), 0))",
    )
    .pluck();
  const lastId = db.prepare<[], number>('select max(id) from structures').pluck();
  const insert = db.prepare(renderInsert(extraColumns));
  const keepName = prepareNames(workflow);
  const recordImport = db.prepare('insert into oact_imports (fingerprint, record_id) values (?, ?)');

  return inTransaction(workflow, () => {
    let inserted = 0;
    const lastBefore = lastId.get() ?? 0;
    let freeIndex = (numbering === 'by_id' ? nextId.get() : nextIndex.get()) ?? 0;
    for (const structure of structures) {
      const { fingerprint, origIndex, symbols, charge, multiplicity, geometry, extra } = structure;
      if (findImport.get(fingerprint) !== undefined) continue;
      const twin =
        numbering === 'by_id' ? undefined : findTwin.get(origIndex, charge, multiplicity, geometry);
      if (twin !== undefined) {
        recordImport.run(fingerprint, twin);
        continue;
      }
      const index = numbering === 'by_id' ? freeIndex : (origIndex ?? freeIndex);
      freeIndex = Math.max(freeIndex, index + 1);
      const extraValues = extraColumns.map((name) => extra[name] ?? null);
      const row = [index, symbols.join(';'), symbols.length, charge, multiplicity, geometry, ...extraValues];
      const recordId = Number(insert.run(row).lastInsertRowid);
      recordImport.run(fingerprint, recordId);
      keepName({
        recordId,
        name: structure.name ?? null,
        key: structure.key ?? null,
        source: structure.source ?? null,
      });
      inserted += 1;
    }
    noteTrueSizes(workflow, lastBefore, lastId.get() ?? 0);
    return { inserted, duplicates: structures.length - inserted };
  });
}

function renderInsert(extraColumns: readonly string[]): string {
  const names = extraColumns.map((name) => `, ${name}`).join('');
  const places = ', ?'.repeat(extraColumns.length);
  return `
    insert into structures (status, fail_count, orig_index, elements, natoms, charge, spin, geometry${names})
    values ('to_run', 0, ?, ?, ?, ?, ?, ?${places})`;
}

function checkColumnsExist(workflow: Workflow, names: readonly string[]): void {
  const present = new Set(listColumns(workflow.db));
  const missing = names.filter((name) => !present.has(name.toLowerCase()));
  if (missing.length === 0) return;
  throw new OactError('USAGE', `'${workflow.path}' has no column ${missing.join(', ')}`, {
    hint: 'Extra columns are created with the database. Leave them out, or import into a new campaign.',
  });
}
