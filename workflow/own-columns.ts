import type { Workflow } from './workflow.ts';

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
  const known = new Set(
    db.prepare<[string], string>('select name from pragma_table_info(?)').pluck().all(table),
  );
  return Object.entries(columns)
    .map(([name, column]) => `${known.has(column) ? column : 'null'} as ${name}`)
    .join(', ');
}
