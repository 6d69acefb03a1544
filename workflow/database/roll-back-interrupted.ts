import Database from 'better-sqlite3';
import { systemErrorCode } from '../../core/errors.ts';

/** Puts back what an interrupted write changed (see isInterruptedWrite). @returns false without the permission to write */
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
