import { mkdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { OactError, systemErrorCode } from '../../core/errors.ts';

/** A start takes seconds; whoever held the lock for ten minutes was killed. */
const staleMs = 600_000;

/**
 * Lets one process at a time start the server of a campaign: two on one append-only file destroy it.
 * A directory is the lock, because making one is atomic on every file system.
 * @throws OactError REDIS_START_FAILED when another process holds it
 */
export async function withStartLock<T>(dir: string, start: () => Promise<T>): Promise<T> {
  const lock = join(dir, 'starting');
  if (!takeLock(lock)) {
    throw new OactError('REDIS_START_FAILED', `another oact redis start is at work in ${dir}`, {
      hint: `Wait for it. If none runs, delete ${lock}.`,
    });
  }
  try {
    return await start();
  } finally {
    rmSync(lock, { recursive: true, force: true });
  }
}

function takeLock(lock: string): boolean {
  try {
    mkdirSync(lock);
    return true;
  } catch (error) {
    if (systemErrorCode(error) !== 'EEXIST') throw error;
  }
  const age = Date.now() - (statSync(lock, { throwIfNoEntry: false })?.mtimeMs ?? 0);
  if (age < staleMs) return false;
  rmSync(lock, { recursive: true, force: true });
  mkdirSync(lock);
  return true;
}
