import Database from 'better-sqlite3';
import { systemErrorCode } from '../../core/errors.ts';

/**
 * Whether a reader met what a writer left that was killed in the middle of a write: SQLite must first put the journal's pages back, and
 * a connection that only reads may not (https://sqlite.org/lockingv3.html#hot_journals).
 */
export const isInterruptedWrite = (error: unknown): boolean =>
  systemErrorCode(error) === 'SQLITE_READONLY_ROLLBACK';

/** Puts back what the interrupted write changed. @returns false without the permission to write */
export function rollBackInterrupted(path: string): boolean {
  const db = new Database(path, { fileMustExist: true });
  try {
    // The first read does it.
    db.prepare('select count(*) from sqlite_master').get();
    return true;
  } catch (error) {
    if (systemErrorCode(error)?.startsWith('SQLITE_READONLY') === true) return false;
    throw error;
  } finally {
    db.close();
  }
}
