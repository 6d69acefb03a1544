import { existsSync, mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import Database from 'better-sqlite3';
import { isBusy, toDatabaseError } from './to-database-error.ts';
import { checkPlainFile } from '../../core/plain-file.ts';

/** A process that asks who holds a lock has it for a moment, shared. */
const whileAskedMs = 500;

/**
 * Takes a lock that the operating system releases when this process ends, however it ends: an empty SQLite file held
 * exclusively. There is nothing to find stale, so two starters can never both hold it.
 * @param path made with its directory if it is not there; it stays
 * @returns undefined while another process, or another caller in this one, holds it
 * @throws OactError those of toDatabaseError
 */
export function holdFileLock(path: string): { release(): void } | undefined {
  mkdirSync(dirname(path), { recursive: true });
  checkPlainFile(path);
  let db: Database.Database | undefined;
  try {
    db = new Database(path, { timeout: whileAskedMs });
    db.exec('begin exclusive');
  } catch (error) {
    db?.close();
    if (isBusy(error)) return undefined;
    throw toDatabaseError(error, path);
  }
  const held = db;
  return { release: () => held.close() };
}

/** Does a process hold the lock of holdFileLock at this moment? @throws OactError those of toDatabaseError */
export function isFileLockHeld(path: string): boolean {
  // Also for a directory that this user may not look into: who cannot see the lock cannot use that queue either.
  if (!existsSync(path)) return false;
  checkPlainFile(path);
  let db: Database.Database | undefined;
  try {
    db = new Database(path, { timeout: 0, readonly: true });
    db.pragma('schema_version');
    return false;
  } catch (error) {
    if (isBusy(error)) return true;
    throw toDatabaseError(error, path);
  } finally {
    db?.close();
  }
}
