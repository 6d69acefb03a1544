import type { Workflow } from '../database/workflow.ts';

/**
 * Columns of a table of ours for a select, under their names in code. A database that is only read stays at the version it has: a
 * column that it lacks is null.
 * @param columns name in code → column
 */
export function ownColumns(
  { db }: Workflow,
  table: 'oact_attempts' | 'oact_batches',
  columns: Readonly<Record<string, string>>,
): string {
  const known = columnsOf(db, table);
  return Object.entries(columns)
    .map(([name, column]) => `${known.has(column) ? column : 'null'} as ${name}`)
    .join(', ');
}

function columnsOf(db: Workflow['db'], table: string): Set<string> {
  return new Set(db.prepare<[string], string>('select name from pragma_table_info(?)').pluck().all(table));
}

/** Whether a table of ours has this column already. */
export function hasOwnColumn({ db }: Workflow, table: 'oact_attempts', column: string): boolean {
  return columnsOf(db, table).has(column);
}

/** Whether the database has this table of ours: one that is only read stays at the version it has. */
export function hasOwnTable({ db }: Workflow, table: string): boolean {
  const sql =
    'select 1 from sqlite_master where name = ? union all select 1 from sqlite_temp_master where name = ?';
  return db.prepare<[string, string], 1>(sql).get(table, table) !== undefined;
}
