import { existsSync, rmSync } from 'node:fs';
import Database from 'better-sqlite3';
import { OactError } from '../../core/errors.ts';
import { checkExtraColumns, type ExtraColumn } from './extra-columns.ts';
import { runTransaction } from '../database/with-retry.ts';
import { renderStructuresTable, structureIndexes } from './structures-schema.ts';
import { toDatabaseError } from '../database/to-database-error.ts';

/**
 * Makes a new workflow database with the existing system's `structures` table and no rows. The tables of
 * oact come at the first `openWorkflow`.
 * @throws OactError CAMPAIGN_EXISTS when the file is there, USAGE for a bad extra column, and the errors of
 * toDatabaseError
 */
export function createWorkflow(path: string, options: { extraColumns?: readonly ExtraColumn[] } = {}): void {
  const extraColumns = options.extraColumns ?? [];
  checkExtraColumns(extraColumns);
  if (existsSync(path)) {
    throw new OactError('CAMPAIGN_EXISTS', `'${path}' exists already`, {
      hint: 'Import into it, or choose another path.',
    });
  }
  const db = create(path);
  try {
    runTransaction({ db, path }, () => {
      db.exec(renderStructuresTable(extraColumns));
      for (const statement of Object.values(structureIndexes)) db.exec(statement);
    });
    db.close();
  } catch (error) {
    db.close();
    // An empty file would be in the way of the next try.
    rmSync(path, { force: true });
    throw error;
  }
}

function create(path: string): Database.Database {
  try {
    return new Database(path);
  } catch (error) {
    // better-sqlite3 checks the directory itself, with an error of its own.
    if (error instanceof TypeError) {
      throw new OactError('FILE_UNWRITABLE', `'${path}' cannot be created: its directory does not exist`, {
        cause: error,
      });
    }
    throw toDatabaseError(error, path);
  }
}
