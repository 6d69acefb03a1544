import { statSync } from 'node:fs';
import { OactError } from '../../core/errors.ts';

/** Which file a path names: device and inode. */
export type FileIdentity = { dev: bigint; ino: bigint };

/** Undefined when there is no file. */
export function identifyFile(path: string): FileIdentity | undefined {
  const found = statSync(path, { bigint: true, throwIfNoEntry: false });
  return found && { dev: found.dev, ino: found.ino };
}

/**
 * Refuses to continue with a database that was moved, deleted or replaced while it was open: SQLite would write on into
 * a file that nobody finds again. Two stats per transaction, a few microseconds.
 * @throws OactError DATABASE_REPLACED
 */
export function checkInPlace({ path, file }: { path: string; file: FileIdentity }): void {
  const now = identifyFile(path);
  if (now?.dev === file.dev && now.ino === file.ino) return;
  const what = now ? 'replaced by another file' : 'moved or deleted';
  throw new OactError('DATABASE_REPLACED', `'${path}' was ${what} while it was open`, {
    hint: 'Nothing is lost: results stay on the queue and on disk. Put the right file back and start again.',
  });
}
