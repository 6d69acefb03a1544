import { readdir, stat } from 'node:fs/promises';
import { basename, join, relative } from 'node:path';
import { attemptDirOf, parseAttemptNames } from '../../core/job-dir/job-layout.ts';
import type { RunDirectory } from '../files/run-directory.ts';

/** A directory with the files of an earlier run. */
export interface RestartSource {
  dir: string;
  /** Below the job directory, for users: `attempt-1/run-1-0fa1b2c3`. */
  name: string;
}

/** Runs of this attempt that were interrupted or lost, newest first. */
export async function listEarlierRuns(run: RunDirectory): Promise<RestartSource[]> {
  return nameAll(run, await listRuns(run.attemptDir, basename(run.runDir)));
}

/** The attempts before this one, newest first: what they published, then their interrupted runs. */
export async function listEarlierAttempts(run: RunDirectory): Promise<RestartSource[]> {
  const attempts = parseAttemptNames(await readdir(run.jobDir)).filter((known) => known < run.attempt);
  const dirs = await Promise.all(
    attempts.toReversed().map(async (attempt) => {
      const attemptDir = attemptDirOf(run.jobDir, attempt);
      return [attemptDir, ...(await listRuns(attemptDir))];
    }),
  );
  return nameAll(run, dirs.flat());
}

function nameAll(run: RunDirectory, dirs: readonly string[]): RestartSource[] {
  return dirs.map((dir) => ({ dir, name: relative(run.jobDir, dir) }));
}

async function listRuns(attemptDir: string, except?: string): Promise<string[]> {
  const names = (await readdir(attemptDir)).filter((name) => name.startsWith('run-') && name !== except);
  const runs = await Promise.all(
    names.map(async (name) => {
      const dir = join(attemptDir, name);
      const { mtimeMs } = await stat(dir);
      return { dir, mtimeMs };
    }),
  );
  return runs.toSorted((a, b) => b.mtimeMs - a.mtimeMs).map(({ dir }) => dir);
}
