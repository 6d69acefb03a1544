import { chmod, lstat, mkdir, mkdtemp, rmdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
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
 * Rounds of making what others remove. Directories here go as soon as anybody finds them empty, so that any of them may vanish
 * between two calls. A round is lost only when that happens in the microseconds between them, on a network file system in a
 * few milliseconds.
 */
const mostRounds = 500;
const firstPauseRound = 10;

/** Repeats what failed because a directory vanished (ENOENT) until it holds, or is too often in vain. */
async function untilNothingVanishes<T>(make: () => Promise<T>): Promise<T> {
  for (let round = 1; ; round += 1) {
    try {
      return await make();
    } catch (error) {
      if (!(error instanceof VanishedError) || round === mostRounds)
        throw error instanceof VanishedError ? error.cause : error;
      if (round >= firstPauseRound) await delay(Math.random() * 10);
    }
  }
}

class VanishedError extends Error {}

/** A step that fails with ENOENT only because someone removed what was there a moment ago. */
async function vanishing<T>(step: Promise<T>): Promise<T> {
  return step.catch((error: unknown) => {
    throw systemErrorCode(error) === 'ENOENT' ? new VanishedError('vanished', { cause: error }) : error;
  });
}

/** @returns false when the name is taken already */
async function makeDirectory(path: string): Promise<boolean> {
  try {
    await mkdir(path, { mode: 0o700 });
    return true;
  } catch (error) {
    if (systemErrorCode(error) !== 'EEXIST') throw error;
    return false;
  }
}

/**
 * `<root>/oact-<uid>`, where the scratch homes of all consumers of this user lie; made when it is missing.
 * /tmp is everybody's: undefined when another user was there first, with a directory or a symbolic link of that name.
 * Another consumer may remove it again as long as nothing is in it.
 * @throws the errors of mkdir: disk full, read-only…
 */
export async function openScratchBase(root = tmpdir()): Promise<string | undefined> {
  return untilNothingVanishes(() => makeBase(root));
}

async function makeBase(root: string): Promise<string | undefined> {
  const base = scratchBaseOf(root);
  // ENOENT is of the root here, and final.
  if (await makeDirectory(base)) return base;
  const found = await vanishing(lstat(base));
  if (!found.isDirectory() || found.uid !== ownUserId()) return undefined;
  if ((found.mode & 0o077) !== 0) await vanishing(chmod(base, 0o700));
  return base;
}

/**
 * A private TMPDIR for one run, below the home of this process: short and on local disk. Should this process be killed,
 * the next consumer finds by it what was left running (stop-orphans.ts).
 * @param run unique among all runs of this process
 * @param root where a campaign's node-local scratch is, if it is not the TMPDIR of this process
 */
export async function makeRunScratch(run: string, root = tmpdir()): Promise<string> {
  return untilNothingVanishes(async () => {
    const home = homes.get(root) ?? (await makeHomeOnce(root));
    // Nobody will look for orphans there, but it is safe.
    if (home === undefined) return mkdtemp(join(root, 'oact-'));
    // Another consumer may have removed the home while nothing was in it.
    homes.delete(root);
    await vanishing(makeDirectory(join(home, run)));
    homes.set(root, home);
    return join(home, run);
  });
}

/** By their roots, those that are there as far as this process knows. */
const homes = new Map<string, string>();

/** The home of this process; another consumer may remove it as long as nothing is in it. Undefined: as `openScratchBase` says. */
export async function makeHome(root = tmpdir()): Promise<string | undefined> {
  return untilNothingVanishes(() => makeHomeOnce(root));
}

async function makeHomeOnce(root: string): Promise<string | undefined> {
  const base = await makeBase(root);
  if (base === undefined) return undefined;
  const home = join(base, renderHomeName(readOwnIdentity()));
  await vanishing(makeDirectory(home));
  return home;
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
