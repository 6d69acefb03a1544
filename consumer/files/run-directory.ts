import { existsSync } from 'node:fs';
import { mkdir, rename, rmdir, symlink } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { systemErrorCode } from '../../core/errors.ts';
import {
  archiveOutputs,
  type MovedFile,
  removeLink,
  unlessThere,
} from '../../core/job-dir/archive-outputs.ts';
import { attemptDirOf, liveOutputName, resultPathOf } from '../../core/job-dir/job-layout.ts';

/**
 * Where one run of one attempt works:
 *
 *     jobDir/                     orca.inp, orca.out … of the newest finished attempt, moved here at its end
 *       orca.out.live             while a job runs: a link to its output, to be tailed
 *       attempt-2/result.json     the published result
 *       attempt-2/run-1-1f0c9a2e/ the run in progress, or what an interrupted run left for a restart
 *       attempt-1/                the files of an earlier attempt; attempt-0: what was there before oact
 */
export interface RunDirectory {
  jobDir: string;
  attempt: number;
  attemptDir: string;
  runDir: string;
  /** No other run has made the directory of this attempt before. */
  isFirst: boolean;
}

/** Points `jobDir/orca.out.live` at this run's output; a name that the existing tools do not read. */
export async function linkOutput(jobDir: string, runDir: string, runId: string): Promise<void> {
  const path = join(jobDir, liveOutputName);
  const target = relative(jobDir, join(runDir, 'orca.out'));
  if (await unlessThere(symlink(target, path))) return;
  await removeLink(path, runId);
  await unlessThere(symlink(target, path));
}

/**
 * A run of this attempt whose consumer was given up may publish at any moment. If it did so just before its files were
 * taken for those of an earlier attempt, they go back.
 */
async function isPublishedMeanwhile(
  jobDir: string,
  attempt: number,
  archived: readonly MovedFile[],
): Promise<boolean> {
  if (!existsSync(resultPathOf(jobDir, attempt))) return false;
  for (const { from, to } of archived) await rename(to, from);
  return true;
}

async function archiveIfThere(jobDir: string, attempt: number, runId: string): Promise<MovedFile[]> {
  try {
    return await archiveOutputs(jobDir, attempt, runId);
  } catch (error) {
    if (systemErrorCode(error) !== 'ENOENT' || existsSync(jobDir)) throw error;
    return [];
  }
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
  const archived = await archiveIfThere(jobDir, attempt, runId);
  const made = await mkdir(runDir, { recursive: true });
  // Where this run had to make the attempt's directory, nobody can have published in it.
  const isFirst = made !== undefined && made !== runDir;
  if (!isFirst && (await isPublishedMeanwhile(jobDir, attempt, archived))) {
    await rmdir(runDir);
    return undefined;
  }
  await linkOutput(jobDir, runDir, runId);
  return { jobDir, attempt, attemptDir, runDir, isFirst };
}
