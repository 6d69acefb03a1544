import type Database from 'better-sqlite3';
import { createBackoff } from '../../core/backoff.ts';
import { isBusy, isInterruptedWrite, toDatabaseError } from './to-database-error.ts';

/** On what is worked, and how. */
export type Retried = {
  path: string;
  tries?: number | undefined;
  /** Undoes the write of a killed process; false: it may not. */
  rollBack?: (() => boolean) | undefined;
};

/**
 * Runs `change` in one `begin immediate` transaction: the write lock is taken at the start, so that what
 * was read cannot change before the write, and a busy database is met before any work is done. All of it
 * is repeated after a busy answer, never a part.
 */
export function runTransaction<T>(on: Retried & { db: Database.Database }, change: () => T): T {
  return withRetry(on, () => on.db.transaction(change).immediate());
}

/**
 * SQLite itself already waits for the busy timeout (15 s) at each try. More tries would only help against
 * a writer that holds the lock for a minute, and the process can do nothing else meanwhile.
 */
const usualTries = 3;
const retries = { firstMs: 300, longestMs: 2000 };

/**
 * Runs one statement or transaction, again after a pause when another process holds the lock, and once after the write of a killed
 * process was rolled back. `run` must leave nothing behind when it throws; a transaction does not.
 * @throws OactError DATABASE_LOCKED after the last try, and the other errors of toDatabaseError
 */
export function withRetry<T>({ path, tries = usualTries, rollBack }: Retried, run: () => T): T {
  const backoff = createBackoff(retries);
  let attempt = 1;
  let isRolledBack = false;
  for (;;) {
    try {
      return run();
    } catch (error) {
      if (isInterruptedWrite(error) && !isRolledBack && rollBack?.() === true) {
        isRolledBack = true;
        continue;
      }
      if (attempt >= tries || !isBusy(error)) throw toDatabaseError(error, path);
      sleep(backoff.nextMs());
      attempt += 1;
    }
  }
}

/** Blocks the thread, as every call of better-sqlite3 does. */
function sleep(milliseconds: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, milliseconds);
}
