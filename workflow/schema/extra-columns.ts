import Database from 'better-sqlite3';
import { OactError } from '../../core/errors.ts';
import { structureColumns } from './structures-schema.ts';

/** SQLite's own type words, the ones that the existing tools accept for user columns. */
export const extraColumnTypes = ['TEXT', 'INTEGER', 'REAL', 'NUMERIC', 'BLOB'] as const;

type ExtraColumnType = (typeof extraColumnTypes)[number];

/** A user's own column of `structures`. */
export type ExtraColumn = { name: string; type: ExtraColumnType };

/**
 * Refuses names that SQL or the existing tools could not use without quotes, and repeated ones.
 * @throws OactError USAGE
 */
export function checkExtraColumns(columns: readonly ExtraColumn[]): void {
  const taken = new Set<string>(structureColumns);
  for (const { name } of columns) {
    const problem = taken.has(name.toLowerCase()) ? 'is already a column of the table' : nameProblem(name);
    if (problem !== undefined) {
      throw new OactError('USAGE', `the extra column '${name}' ${problem}`, {
        hint: 'Rename it in the file. Use letters, digits and _, no SQL keyword, and each name once.',
      });
    }
    taken.add(name.toLowerCase());
  }
}

function nameProblem(name: string): string | undefined {
  if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(name)) return 'has characters that a column name cannot have';
  if (name.toLowerCase().startsWith('sqlite_')) return 'has a prefix that SQLite keeps for itself';
  // SQLite knows its keywords best. The name has only word characters here, so nothing else can be said by it.
  const scratch = new Database(':memory:');
  try {
    scratch.exec(`create table candidate (${name} text)`);
    return undefined;
  } catch {
    return 'is an SQL keyword';
  } finally {
    scratch.close();
  }
}
