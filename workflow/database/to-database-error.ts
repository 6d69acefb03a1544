import { OactError, systemErrorCode } from '../../core/errors.ts';

/**
 * The OactError of what SQLite said about the file at `path`; any other error (a bug, an OactError)
 * comes back as it is.
 */
export function toDatabaseError(error: unknown, path: string): unknown {
  const code = systemErrorCode(error) ?? '';
  if (isBusy(error)) {
    return new OactError('DATABASE_LOCKED', `another process keeps '${path}' locked`, {
      hint: 'Find out who writes to it (with lsof, or look for another oact or a dashboard on a login node), wait until it ends, and run the command again.',
      cause: error,
    });
  }
  if (isInterruptedWrite(error)) {
    return new OactError(
      'DATABASE_READ_ONLY',
      `a write to '${path}' was interrupted and must be undone first, for which you lack write permission`,
      {
        hint: 'Ask its owner to run oact status in the campaign: the first command with write permission undoes it.',
        cause: error,
      },
    );
  }
  if (code.startsWith('SQLITE_READONLY')) {
    return new OactError('DATABASE_READ_ONLY', `'${path}' cannot be written`, {
      hint: 'You need write permission on the file and on its directory, where SQLite keeps its journal.',
      cause: error,
    });
  }
  if (code === 'SQLITE_FULL') {
    return new OactError('DISK_FULL', `no space is left on the file system of '${path}'`, {
      hint: 'Free some space or quota. The last change was not written.',
      cause: error,
    });
  }
  if (code === 'SQLITE_NOTADB' || code.startsWith('SQLITE_CORRUPT')) {
    return new OactError('DATABASE_CORRUPT', `'${path}' is not a readable SQLite database`, {
      hint: 'Check the path. If it is right, restore a backup, or save what can be read with: sqlite3 workflow.db .recover',
      cause: error,
    });
  }
  if (code.startsWith('SQLITE_CANTOPEN') || code.startsWith('SQLITE_IOERR')) {
    return new OactError('FILE_UNREADABLE', `'${path}' or its journal cannot be opened or read (${code})`, {
      hint: 'Check the permissions of the file and of its directory, your quota, and the file system.',
      cause: error,
    });
  }
  return error;
}

/** Someone else holds a lock: worth another try. PROTOCOL is how a struggling network file system says it. */
export function isBusy(error: unknown): boolean {
  return /^SQLITE_(?:BUSY|LOCKED|PROTOCOL)/.test(systemErrorCode(error) ?? '');
}

/**
 * Whether a reader met what a writer left that was killed in the middle of a write: SQLite must first put the journal's pages back, and
 * a connection that only reads may not (https://sqlite.org/lockingv3.html#hot_journals).
 */
export function isInterruptedWrite(error: unknown): boolean {
  return systemErrorCode(error) === 'SQLITE_READONLY_ROLLBACK';
}
