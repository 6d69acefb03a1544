import { existsSync } from 'node:fs';
import { link, lstat, mkdir, readdir, rename, symlink, unlink } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { systemErrorCode } from '../core/errors.ts';
import { attemptDirOf, parseAttemptNames, resultPathOf } from '../core/job-layout.ts';

/**
 * Where one run of one attempt works:
 *
 *     jobDir/                     orca.inp, orca.out … of the newest finished attempt
 *       orca.out                  while a job runs: a link into the run directory, to be tailed
 *       attempt-2/result.json     the published result
 *       attempt-2/run-1-1f0c9a2e/ the run in progress, or what an interrupted run left for a restart
 *       attempt-1/                the files of an earlier attempt; attempt-0: what was there before oact
 */
export interface RunDirectory {
  jobDir: string;
  attempt: number;
  attemptDir: string;
  runDir: string;
}

/** Names that a run, ours or an existing tool's, leaves in the job directory. */
const isRunFile = (name: string): boolean => /^orca[._]/.test(name) && !name.startsWith('orca_tmp_');

/**
 * Moves the files of the attempt before into its own directory, so that they never mix with the new ones.
 * @returns what was moved
 */
async function archiveEarlierFiles(
  jobDir: string,
  attempt: number,
  runId: string,
): Promise<{ from: string; to: string }[]> {
  const entries = await readdir(jobDir, { withFileTypes: true });
  const earlier = parseAttemptNames(entries.map((entry) => entry.name)).findLast((known) => known < attempt);
  const archive = attemptDirOf(jobDir, earlier ?? 0);
  const moved: { from: string; to: string }[] = [];
  for (const entry of entries) {
    if (!isRunFile(entry.name) || entry.isDirectory()) continue;
    if (entry.isSymbolicLink()) {
      await removeLink(join(jobDir, entry.name), runId);
      continue;
    }
    await mkdir(archive, { recursive: true });
    const move = { from: join(jobDir, entry.name), to: join(archive, entry.name) };
    await rename(move.from, move.to);
    moved.push(move);
  }
  return moved;
}

/**
 * Removes a symbolic link, and nothing else: this process may have been paused since it saw one there, and an output been
 * published in its place. So whatever is there is taken aside first, and put back when it is a file.
 */
export async function removeLink(path: string, runId: string): Promise<void> {
  const aside = join(dirname(path), `.aside-${runId}`);
  try {
    await rename(path, aside);
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT') return;
    throw error;
  }
  if (!(await lstat(aside)).isSymbolicLink()) await unlessThere(link(aside, path));
  await unlink(aside);
}

/** Points `jobDir/orca.out` at this run's output. symlink(2) covers nothing: a published output stays. */
export async function linkOutput(jobDir: string, runDir: string, runId: string): Promise<void> {
  const path = join(jobDir, 'orca.out');
  const target = relative(jobDir, join(runDir, 'orca.out'));
  if (await unlessThere(symlink(target, path))) return;
  await removeLink(path, runId);
  await unlessThere(symlink(target, path));
}

/** @returns false when the name was taken */
async function unlessThere(making: Promise<void>): Promise<boolean> {
  try {
    await making;
    return true;
  } catch (error) {
    if (systemErrorCode(error) === 'EEXIST') return false;
    throw error;
  }
}

/**
 * A run of this attempt whose consumer was given up may publish at any moment. If it did so just before its files were
 * taken for those of an earlier attempt, they go back.
 */
async function isPublishedMeanwhile(
  jobDir: string,
  attempt: number,
  archived: { from: string; to: string }[],
): Promise<boolean> {
  if (!existsSync(resultPathOf(jobDir, attempt))) return false;
  for (const { from, to } of archived) await rename(to, from);
  return true;
}

/**
 * Makes a fresh run directory; nothing of an earlier run is in it.
 * @param runId unique per fetch, e.g. `1-1f0c9a2e`
 * @returns undefined when the attempt has a published result by now
 */
export async function openRunDirectory(
  jobDir: string,
  attempt: number,
  runId: string,
): Promise<RunDirectory | undefined> {
  const attemptDir = attemptDirOf(jobDir, attempt);
  const runDir = join(attemptDir, `run-${runId}`);
  await mkdir(jobDir, { recursive: true });
  const archived = await archiveEarlierFiles(jobDir, attempt, runId);
  if (await isPublishedMeanwhile(jobDir, attempt, archived)) return undefined;
  await mkdir(runDir, { recursive: true });
  await linkOutput(jobDir, runDir, runId);
  return { jobDir, attempt, attemptDir, runDir };
}
