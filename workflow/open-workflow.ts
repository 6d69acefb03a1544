import { existsSync } from 'node:fs';
import Database from 'better-sqlite3';
import { OactError } from '../core/errors.ts';
import { adoptStructures } from './adopt-structures.ts';
import { checkStructures } from './check-structures.ts';
import { ensureCampaignId, readCampaignId } from './ensure-campaign-id.ts';
import { migrate, readSchemaVersion, standInForOwnTables } from './migrate.ts';
import { useRollbackJournal } from './use-rollback-journal.ts';
import { withRetry } from './with-retry.ts';
import { unadoptedCampaignId, type Workflow } from './workflow.ts';

export type OpenOptions = {
  /** No write of any kind, not even an adoption; needs no write permission. */
  readOnly?: boolean;
  /** How long SQLite waits for another process's lock, at each of three tries. For tests. */
  busyTimeoutSeconds?: number;
};

/**
 * Opens a workflow database of oact or of the existing system, and adopts the latter: older columns added,
 * `ready` read as `to_run`, rollback journal, oact's own tables, a campaign id. Each of these is written
 * only when it is missing.
 * @throws OactError DATABASE_NOT_FOUND, DATABASE_NOT_A_WORKFLOW, DATABASE_NEWER, and those of toDatabaseError
 */
export function openWorkflow(path: string, options: OpenOptions = {}): Workflow {
  const { readOnly = false, busyTimeoutSeconds = 15 } = options;
  if (!existsSync(path)) {
    throw new OactError('DATABASE_NOT_FOUND', `there is no database at '${path}'`, {
      hint: 'Go to the campaign directory, name it with -C, or make one with oact init.',
    });
  }
  // A try that met a lock closes its connection: two processes that take a database out of WAL at the same
  // time keep each other from it as long as both have it open.
  return withRetry(path, () => {
    const db = new Database(path, {
      readonly: readOnly,
      fileMustExist: true,
      timeout: busyTimeoutSeconds * 1000,
    });
    try {
      const campaignId = readOnly ? prepareForReading(db, path) : prepareForWriting(db, path);
      return { db, path, campaignId, close: () => void db.close() };
    } catch (error) {
      db.close();
      throw error;
    }
  });
}

function prepareForWriting(db: Database.Database, path: string): string {
  checkStructures(db, path);
  // Before the first write: a database of a newer oact must stay as it is.
  readSchemaVersion(db, path);
  useRollbackJournal(db);
  // 64 MB. A transaction over 1,000 rows needs more pages than SQLite's own 2 MB hold, and would sync them twice.
  db.pragma('cache_size = -65536');
  adoptStructures(db, path);
  migrate(db, path);
  return ensureCampaignId(db, path);
}

function prepareForReading(db: Database.Database, path: string): string {
  checkStructures(db, path);
  if (readSchemaVersion(db, path) === 0) standInForOwnTables(db);
  return readCampaignId(db) ?? unadoptedCampaignId;
}
