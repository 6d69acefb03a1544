import { link, lstat, mkdir, readdir, rename, unlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { systemErrorCode } from '../errors.ts';
import { attemptDirOf, parseAttemptNames } from './job-layout.ts';

/** A file that was moved, so that it can go back. */
export interface MovedFile {
  from: string;
  to: string;
}

/** Outputs that a scheduler script of the existing system leaves: its tools read the newest of them as the record's. */
const isScriptOutput = (name: string): boolean => /(?:\.|std)out$|\.out\.gz$|logs$/.test(name);

/** Names that a run, ours or an existing tool's, leaves in the job directory. */
const isRunFile = (name: string): boolean =>
  (/^orca[._]/.test(name) && !name.startsWith('orca_tmp_')) || isScriptOutput(name);

/**
 * Moves the files of the newest attempt before `attempt` into its own directory (`attempt-0` for those that were there before
 * oact), so that they never mix with the new ones and no tool takes them for the new ones. Links of runs are removed.
 * @param owner unique per caller: two may meet in the same directory
 * @returns what was moved
 */
export async function archiveOutputs(jobDir: string, attempt: number, owner: string): Promise<MovedFile[]> {
  const entries = await readdir(jobDir, { withFileTypes: true });
  const earlier = parseAttemptNames(entries.map((entry) => entry.name)).findLast((known) => known < attempt);
  const archive = attemptDirOf(jobDir, earlier ?? 0);
  const moved: MovedFile[] = [];
  for (const entry of entries) {
    if (!isRunFile(entry.name) || entry.isDirectory()) continue;
    if (entry.isSymbolicLink()) {
      await removeLink(join(jobDir, entry.name), owner);
      continue;
    }
    await mkdir(archive, { recursive: true });
    const move = { from: join(jobDir, entry.name), to: join(archive, entry.name) };
    // Someone else who prepares this directory may have been first: it went to the same place.
    if (await unlessGone(rename(move.from, move.to))) moved.push(move);
  }
  return moved;
}

/**
 * Removes a symbolic link, and nothing else: this process may have been paused since it saw one there, and an output been
 * published in its place. So whatever is there is taken aside first, and put back when it is a file.
 */
export async function removeLink(path: string, owner: string): Promise<void> {
  const aside = join(dirname(path), `.aside-${owner}`);
  try {
    await rename(path, aside);
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT') return;
    throw error;
  }
  const found = await lstat(aside);
  // A directory has no second name.
  if (found.isDirectory()) return rename(aside, path);
  if (!found.isSymbolicLink()) await unlessThere(link(aside, path));
  await unlink(aside);
}

/** @returns false when there was nothing of that name */
async function unlessGone(moving: Promise<void>): Promise<boolean> {
  try {
    await moving;
    return true;
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT') return false;
    throw error;
  }
}

/** @returns false when the name was taken */
export async function unlessThere(making: Promise<void>): Promise<boolean> {
  try {
    await making;
    return true;
  } catch (error) {
    if (systemErrorCode(error) === 'EEXIST') return false;
    throw error;
  }
}
