import { statSync } from 'node:fs';
import { OactError, systemErrorCode } from '../../core/errors.ts';

/**
 * Size of a file to import, in bytes.
 * @throws OactError FILE_UNREADABLE when it is missing or no file
 */
export function measureFile(path: string): number {
  try {
    const status = statSync(path);
    if (status.isFile()) return status.size;
  } catch (error) {
    throw toFileError(error, path);
  }
  throw new OactError('FILE_UNREADABLE', `'${path}' is not a file`, { hint: 'Give a file.' });
}

/** FILE_UNREADABLE for what the system says about `path`; any other error comes back as it is. */
export function toFileError(error: unknown, path: string): unknown {
  const code = systemErrorCode(error);
  if (code === undefined || error instanceof OactError) return error;
  const problem = code === 'ENOENT' ? 'does not exist' : `cannot be read (${code})`;
  return new OactError('FILE_UNREADABLE', `the file '${path}' ${problem}`, {
    hint: 'Check the path and its permissions.',
    cause: error,
  });
}
