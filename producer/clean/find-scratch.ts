import { type Dirent } from 'node:fs';
import { lstat, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { systemErrorCode } from '../../core/errors.ts';
import { attemptDirOf, parseAttemptNames } from '../../core/job-dir/job-layout.ts';

export type ScratchKind = 'scratch' | 'basis';

/** A file or directory that nobody needs any more. */
export interface ScratchItem {
  path: string;
  kind: ScratchKind;
  /** As much as the file system gives back at most; a hard link elsewhere keeps it. */
  bytes: number;
  files: number;
}

/** The rules of the existing system's `clean.py`, to the letter. Files only, but for `orca_tmp_…`. */
const scratchFile = /\.tmp(\.\d+)?$|^core(\.\d+)?$|\.core$/;
const basisFile = /\.bas\d*$/;
const scratchDirectory = /^orca_tmp_[a-zA-Z0-9_]+$/;

/** What an entry of a job directory is, by its name; undefined: it stays. Links always do. */
function kindOf(entry: Pick<Dirent, 'name' | 'isFile' | 'isDirectory'>): ScratchKind | undefined {
  if (entry.isDirectory()) return scratchDirectory.test(entry.name) ? 'scratch' : undefined;
  if (!entry.isFile()) return undefined;
  if (scratchFile.test(entry.name)) return 'scratch';
  return basisFile.test(entry.name) ? 'basis' : undefined;
}

/**
 * Scratch among the direct children of a job directory, and of the directories of its attempts and their runs up to `lastAttempt`: a
 * later attempt may run. No link is followed.
 */
export async function findScratch(jobDir: string, lastAttempt: number): Promise<ScratchItem[]> {
  const children = await list(jobDir);
  const items = await scratchAmong(jobDir, children);
  const directories = children.filter((entry) => entry.isDirectory()).map(({ name }) => name);
  for (const attempt of parseAttemptNames(directories).filter((known) => known <= lastAttempt)) {
    const attemptDir = attemptDirOf(jobDir, attempt);
    const entries = await list(attemptDir);
    items.push(...(await scratchAmong(attemptDir, entries)));
    for (const { name } of entries.filter((entry) => entry.isDirectory() && entry.name.startsWith('run-')))
      items.push(...(await scratchAmong(join(attemptDir, name), await list(join(attemptDir, name)))));
  }
  return items;
}

async function scratchAmong(dir: string, entries: readonly Dirent[]): Promise<ScratchItem[]> {
  const items: ScratchItem[] = [];
  for (const entry of entries) {
    const kind = kindOf(entry);
    if (kind === undefined) continue;
    const path = join(dir, entry.name);
    items.push({ path, kind, ...(await measure(path)) });
  }
  return items;
}

async function measure(path: string): Promise<{ bytes: number; files: number }> {
  const stats = await lstat(path);
  if (!stats.isDirectory()) return { bytes: stats.size, files: 1 };
  let sum = { bytes: 0, files: 0 };
  for (const { name } of await list(path)) {
    const { bytes, files } = await measure(join(path, name));
    sum = { bytes: sum.bytes + bytes, files: sum.files + files };
  }
  return sum;
}

async function list(dir: string): Promise<Dirent[]> {
  try {
    return await readdir(dir, { withFileTypes: true });
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT') return [];
    throw error;
  }
}
