import type Database from 'better-sqlite3';
import { withRetry } from './with-retry.ts';

/**
 * Runs `change` in one `begin immediate` transaction: the write lock is taken at the start, so that what
 * was read cannot change before the write, and a busy database is met before any work is done. All of it
 * is repeated after a busy answer, never a part.
 */
export function runTransaction<T>(
  on: { db: Database.Database; path: string; tries?: number | undefined },
  change: () => T,
): T {
  return withRetry(on, () => on.db.transaction(change).immediate());
}
