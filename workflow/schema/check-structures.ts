import type Database from 'better-sqlite3';
import { OactError } from '../../core/errors.ts';
import { addedColumns, structureColumns } from './structures-schema.ts';

/**
 * Refuses a database that is no workflow database, before anything is written to it.
 * @throws OactError DATABASE_NOT_A_WORKFLOW
 */
export function checkStructures(db: Database.Database, path: string): void {
  const present = new Set(listColumns(db));
  if (present.size === 0) {
    throw new OactError('DATABASE_NOT_A_WORKFLOW', `'${path}' has no table 'structures'`, {
      hint: 'Give the workflow.db of a campaign, or create one with oact init.',
    });
  }
  const missing = structureColumns.filter(
    (name) => !present.has(name) && !addedColumns.some((added) => added === name),
  );
  if (missing.length > 0) {
    throw new OactError(
      'DATABASE_NOT_A_WORKFLOW',
      `the table 'structures' of '${path}' lacks the columns ${missing.join(', ')}`,
      { hint: 'Another program or a version that is too old made it. Export it to CSV and use oact init.' },
    );
  }
}

/** Names of the columns of `structures` in lower case, empty when there is no such table. */
export function listColumns(db: Database.Database): string[] {
  const sql = `select lower(name) from pragma_table_info('structures')`;
  return db.prepare<[], string>(sql).pluck().all();
}
