import type Database from 'better-sqlite3';

/**
 * Takes a database out of WAL or any other journal mode. WAL needs memory shared between all processes
 * that use the file, which Lustre, GPFS, VAST and NFS do not give across nodes: it ends in "locking
 * protocol", and its side files poison the next opener. The mode is read first because setting it needs an
 * exclusive lock even when nothing changes.
 * @throws SqliteError SQLITE_BUSY, at once, while another process has the database open in WAL mode
 */
export function useRollbackJournal(db: Database.Database): void {
  if (db.pragma('journal_mode', { simple: true }) !== 'delete') db.pragma('journal_mode = delete');
  db.pragma('synchronous = full');
}
