import Database from 'better-sqlite3';
import { OactError } from '../../core/errors.ts';
import { checkPlainFile } from '../../core/plain-file.ts';
import { type FileIdentity, identifyFile } from './check-in-place.ts';
import { rollBackInterrupted } from './roll-back-interrupted.ts';
import { withRetry } from './with-retry.ts';
import { type Workflow, unadoptedCampaignId } from './workflow.ts';
import { adoptStructures } from '../schema/adopt-structures.ts';
import { checkStructures } from '../schema/check-structures.ts';
import { ensureCampaignId, findCampaignId, readCampaignId } from '../schema/ensure-campaign-id.ts';
import { migrate, readSchemaVersion, standInForOwnTables } from '../schema/migrate.ts';

export type OpenOptions = {
  /** No write of any kind, not even an adoption; needs no write permission. */
  readOnly?: boolean;
  /** How long SQLite waits for another process's lock, at each try. For tests. */
  busyTimeoutSeconds?: number;
  /** How often a statement that meets a lock is tried; 1 for a loop that comes back anyway and must see its stop signal. */
  tries?: number;
};

type Connection = { db: Database.Database; file: FileIdentity; campaignId: string };

/**
 * Opens a workflow database of oact or of the existing system, and adopts the latter: older columns added,
 * `ready` read as `to_run`, rollback journal, oact's own tables, a campaign id. Each of these is written
 * only when it is missing.
 * @throws OactError DATABASE_NOT_FOUND, DATABASE_NOT_A_WORKFLOW, DATABASE_NEWER, and those of toDatabaseError
 */
export function openWorkflow(path: string, options: OpenOptions = {}): Workflow {
  const rollBack = (): boolean => rollBackInterrupted(path);
  let current = withRetry({ path, rollBack }, () => connect(path, options));
  const { campaignId } = current;
  return {
    get db() {
      return current.db;
    },
    get file() {
      return current.file;
    },
    path,
    campaignId,
    tries: options.tries,
    rollBack,
    reopen: () => {
      const next = withRetry({ path, tries: options.tries, rollBack }, () =>
        connect(path, options, campaignId),
      );
      current.db.close();
      current = next;
    },
    close: () => void current.db.close(),
  };
}

/**
 * One try, which leaves no connection behind when it fails: two processes that take a database out of WAL at the same
 * time keep each other from it as long as both have it open.
 * @param expected the campaign it must be of, before anything is written
 */
function connect(path: string, options: OpenOptions, expected?: string): Connection {
  const { readOnly = false, busyTimeoutSeconds = 15 } = options;
  checkPlainFile(path);
  // Looked at before it is opened: a file that takes its place in between is met by the first check.
  const file = identifyFile(path);
  if (!file) {
    throw new OactError('DATABASE_NOT_FOUND', `there is no database at '${path}'`, {
      hint: 'Change to the campaign directory, name it with -C, or create one with oact init.',
    });
  }
  const timeout = busyTimeoutSeconds * 1000;
  const db = new Database(path, { readonly: readOnly, fileMustExist: true, timeout });
  try {
    checkStructures(db, path);
    if (expected !== undefined) checkExpected(db, path, expected);
    return { db, file, campaignId: readOnly ? prepareForReading(db, path) : prepareForWriting(db, path) };
  } catch (error) {
    db.close();
    throw error;
  }
}

function checkExpected(db: Database.Database, path: string, expected: string): void {
  const found = findCampaignId(db) ?? unadoptedCampaignId;
  if (found === expected) return;
  const whose = found === unadoptedCampaignId ? 'of no campaign' : `of campaign ${found}`;
  throw new OactError(
    'DATABASE_REPLACED',
    `the file that took the place of '${path}' is ${whose}, not of ${expected}`,
    {
      hint: `Put the database of campaign ${expected} back and start again. oact wrote nothing to this one.`,
    },
  );
}

function prepareForWriting(db: Database.Database, path: string): string {
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
  standInForOwnTables(db, readSchemaVersion(db, path));
  return readCampaignId(db) ?? unadoptedCampaignId;
}

/**
 * Takes a database out of WAL or any other journal mode. WAL needs memory shared between all processes
 * that use the file, which Lustre, GPFS, VAST and NFS do not give across nodes: it ends in "locking
 * protocol", and its side files poison the next opener. The mode is read first because setting it needs an
 * exclusive lock even when nothing changes.
 * @throws SqliteError SQLITE_BUSY, at once, while another process has the database open in WAL mode
 */
function useRollbackJournal(db: Database.Database): void {
  if (db.pragma('journal_mode', { simple: true }) !== 'delete') db.pragma('journal_mode = delete');
  db.pragma('synchronous = full');
}
