import { join } from 'node:path';
import { OactError } from '../../core/errors.ts';
import { holdFileLock } from '../../workflow/database/hold-file-lock.ts';

/**
 * Lets one process at a time start the server of a campaign: two on one append-only file destroy it.
 * @throws OactError REDIS_START_FAILED when another process is starting it
 */
export async function withStartLock<T>(dir: string, start: () => Promise<T>): Promise<T> {
  const lock = holdFileLock(join(dir, 'starting.lock'));
  if (!lock)
    throw new OactError('REDIS_START_FAILED', `another oact redis start is at work in ${dir}`, {
      hint: 'Wait until it ends.',
    });
  try {
    return await start();
  } finally {
    lock.release();
  }
}
