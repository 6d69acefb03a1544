import { inTransaction } from '../database/in-transaction.ts';
import { withRetry } from '../database/with-retry.ts';
import type { Workflow } from '../database/workflow.ts';

/** Rows whose geometry is read at once: about 1 MB. */
const sliceRows = 200;
const metaKey = 'sizes_counted_to';

/** Records whose number of atoms is not that of the column `natoms`, and the id up to which all were looked at. */
export function loadSizes(workflow: Workflow): { sizes: Map<number, number | null>; countedTo: number } {
  const select = workflow.db
    .prepare<[], [number, number | null]>('select record_id, atoms from oact_sizes')
    .raw();
  return { sizes: new Map(withRetry(workflow, () => select.all())), countedTo: readCountedTo(workflow) };
}

/**
 * Looks at the next records behind an id.
 * @param countAtoms of a geometry; null: it cannot be read
 * @returns those whose column is wrong, and the last id that was looked at; undefined when there are no more
 */
export function countNext(
  workflow: Workflow,
  after: number,
  countAtoms: (geometry: string) => number | null,
): { found: [number, number | null][]; countedTo: number } | undefined {
  const select = workflow.db
    .prepare<[number], [number, number | null, unknown]>(
      `select id, natoms, geometry from structures where id > ? order by id limit ${sliceRows}`,
    )
    .raw();
  const rows = withRetry(workflow, () => select.all(after));
  const last = rows.at(-1);
  if (last === undefined) return undefined;
  const found = rows
    .map(([id, atoms, geometry]) => ({
      id,
      atoms,
      counted: countAtoms(typeof geometry === 'string' ? geometry : ''),
    }))
    .filter(({ atoms, counted }) => atoms !== counted)
    .map(({ id, counted }): [number, number | null] => [id, counted]);
  return { found, countedTo: last[0] };
}

/** Keeps what was counted, where the database may be written to. */
export function keepSizes(
  workflow: Workflow,
  found: readonly [number, number | null][],
  countedTo: number,
): void {
  if (workflow.db.readonly) return;
  inTransaction(workflow, () => {
    const note = workflow.db.prepare('insert or replace into oact_sizes (record_id, atoms) values (?, ?)');
    for (const [id, atoms] of found) note.run(id, atoms);
    writeCountedTo(workflow, countedTo);
  });
}

/** Part of the transaction that inserts records whose column is true: if all before them were looked at, these are, too. */
export function noteTrueSizes(workflow: Workflow, before: number, last: number): void {
  if (readCountedTo(workflow) === before) writeCountedTo(workflow, last);
}

function readCountedTo({ db }: Workflow): number {
  const select = db.prepare<[], number>(
    `select cast(value as integer) from oact_meta where key = '${metaKey}'`,
  );
  return select.pluck().get() ?? 0;
}

function writeCountedTo({ db }: Workflow, id: number): void {
  db.prepare(`insert or replace into oact_meta (key, value) values ('${metaKey}', ?)`).run(String(id));
}
