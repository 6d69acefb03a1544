import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { resolveJobDir } from '../../core/job-dir/resolve-job-dir.ts';
import { attemptDirOf, parseAttemptNames } from '../../core/job-dir/job-layout.ts';

/** Files of a run that a user may look at. */
export const runFiles = {
  input: 'orca.inp',
  output: 'orca.out',
  errors: 'orca.err',
  geometry: 'orca.xyz',
  trajectory: 'orca_trj.xyz',
} as const;

export type RunFile = keyof typeof runFiles;

/**
 * The directory with the files of an attempt: that of its newest run while it runs or was interrupted, `attempt-N` once a later
 * attempt has begun, else the job directory itself.
 * @returns undefined when the record has no directory, or there is nothing in it
 */
export async function findRunDir(
  jobRoot: string,
  fromDatabase: string | null,
  attempt: number,
): Promise<string | undefined> {
  const jobDir = resolveJobDir(jobRoot, fromDatabase);
  if (jobDir === null) return undefined;
  const names = await listNames(jobDir);
  const attemptDir = attemptDirOf(jobDir, attempt);
  const inside = await listNames(attemptDir);
  const isSettled = inside.includes('result.json');
  if (!isSettled) {
    const runs = inside.filter((name) => name.startsWith('run-'));
    const newest = await newestOf(runs.map((run) => join(attemptDir, run)));
    if (newest !== undefined) return newest;
  }
  if (inside.includes(runFiles.output) || inside.includes(runFiles.input)) return attemptDir;
  const isNewest = (parseAttemptNames(names).at(-1) ?? 0) <= attempt;
  return isNewest && names.some((name) => name === runFiles.output || name === runFiles.input)
    ? jobDir
    : undefined;
}

async function newestOf(dirs: readonly string[]): Promise<string | undefined> {
  const found = await Promise.all(
    dirs.map(async (dir) => ({
      dir,
      at: (await stat(join(dir, runFiles.input)).catch(() => undefined))?.mtimeMs ?? 0,
    })),
  );
  return found.filter(({ at }) => at > 0).toSorted((one, other) => other.at - one.at)[0]?.dir;
}

async function listNames(dir: string): Promise<string[]> {
  return readdir(dir).catch(() => []);
}
