import { chmod, lstat, mkdir, mkdtemp, rmdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemErrorCode } from '../../core/errors.ts';
import { readOwnIdentity } from '../process/look-at-process.ts';
import { renderBaseName, renderHomeName } from './scratch-home.ts';

export function ownUserId(): number {
  return process.getuid?.() ?? 0;
}

/** Where the scratch homes of all consumers of this user lie below `root`. */
export function scratchBaseOf(root: string): string {
  return join(root, renderBaseName(ownUserId()));
}

/**
 * `<root>/oact-<uid>`, where the scratch homes of all consumers of this user lie; made when it is missing.
 * /tmp is everybody's: undefined when somebody else was there first, with a directory or a symbolic link of that name.
 * @throws the errors of mkdir: disk full, read-only…
 */
export async function openScratchBase(root = tmpdir()): Promise<string | undefined> {
  const base = scratchBaseOf(root);
  try {
    await mkdir(base, { mode: 0o700 });
    return base;
  } catch (error) {
    if (systemErrorCode(error) !== 'EEXIST') throw error;
  }
  const found = await lstat(base);
  if (!found.isDirectory() || found.uid !== ownUserId()) return undefined;
  if ((found.mode & 0o077) !== 0) await chmod(base, 0o700);
  return base;
}

/**
 * A private TMPDIR for one run, below the home of this process: short and on local disk. Should this process be killed,
 * the next consumer finds by it what was left running (stop-orphans.ts).
 * @param run unique among all runs of this process
 * @param root where a campaign's node-local scratch is, if it is not the TMPDIR of this process
 */
export async function makeRunScratch(run: string, root = tmpdir()): Promise<string> {
  const base = await openScratchBase(root);
  // Nobody will look for orphans there, but it is safe.
  if (base === undefined) return mkdtemp(join(root, 'oact-'));
  const dir = join(base, renderHomeName(readOwnIdentity()), run);
  await mkdir(dir, { recursive: true, mode: 0o700 });
  return dir;
}

/**
 * Removes this process's homes, unless something of a run is still in one. Never rejects.
 * @param scratch the campaign's node-local scratch; null: it has none
 */
export async function leaveScratch(scratch: string | null = null): Promise<void> {
  for (const root of scratchRoots(scratch)) {
    const base = scratchBaseOf(root);
    await rmdir(join(base, renderHomeName(readOwnIdentity()))).catch(() => undefined);
  }
}

/** All places where a consumer of this campaign makes homes. */
export function scratchRoots(scratch: string | null): string[] {
  return [...new Set([tmpdir(), ...(scratch === null ? [] : [scratch])])];
}
