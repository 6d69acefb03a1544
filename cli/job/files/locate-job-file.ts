import { readdirSync, realpathSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { OactError } from '../../../core/errors.ts';
import { attemptDirOf, parseAttemptNames, resultPathOf } from '../../../core/job-dir/job-layout.ts';
import { findErrors, findOutput } from './find-output.ts';

export const jobFiles = ['output', 'input', 'errors', 'result'] as const;
export type JobFile = (typeof jobFiles)[number];

const names: Record<Exclude<JobFile, 'result'>, string> = {
  output: 'orca.out',
  input: 'orca.inp',
  errors: 'orca.err',
};

/**
 * The file of a job that a user means. Files of the newest finished attempt lie in the job directory itself, those of earlier ones in
 * their `attempt-N`, those of a run in progress, or of one that was interrupted, in a run directory below it.
 * @param attempt undefined: the newest that has one
 * @throws OactError FILE_UNREADABLE
 */
export function locateJobFile(jobDir: string, which: JobFile, attempt?: number): string {
  const attempts = parseAttemptNames(listNames(jobDir));
  const path =
    which === 'result'
      ? locateResult(jobDir, attempt === undefined ? attempts : [attempt])
      : attempt === undefined
        ? locateNewest(jobDir, which)
        : locateOfAttempt(jobDir, which, attempt, attempts.at(-1) ?? 0);
  if (path !== undefined) return path;
  const known = attempts.length === 0 ? 'none' : attempts.join(', ');
  const whose = attempt === undefined ? '' : ` of attempt ${attempt}`;
  throw new OactError('FILE_UNREADABLE', `${jobDir} has no ${which}${whose}`, {
    hint: `Attempts with a directory: ${known}. A job that has not started has no files.`,
  });
}

function locateResult(jobDir: string, attempts: readonly number[]): string | undefined {
  return attempts
    .toReversed()
    .map((attempt) => resultPathOf(jobDir, attempt))
    .find(isFile);
}

/** Whatever the name of the output, also of the existing system: the other files lie beside it. */
function locateNewest(jobDir: string, which: Exclude<JobFile, 'result'>): string | undefined {
  if (which === 'output') return findOutput(jobDir);
  const output = findOutputOrNone(jobDir);
  if (output === undefined) return [join(jobDir, names[which])].find(isFile);
  if (which === 'errors') return findErrors(output) ?? findErrors(realpathSync(output));
  // The output of a run in progress lies in its run directory, where the input is, too.
  return [join(dirname(realpathSync(output)), names[which]), join(jobDir, names[which])].find(isFile);
}

function locateOfAttempt(
  jobDir: string,
  which: Exclude<JobFile, 'result'>,
  attempt: number,
  newest: number,
): string | undefined {
  const name = names[which];
  const attemptDir = attemptDirOf(jobDir, attempt);
  const runs = listNames(attemptDir).filter((entry) => entry.startsWith('run-'));
  // Runs that were interrupted keep their files beside those of the one that counts.
  const dirs = [
    attemptDir,
    ...(attempt === newest ? [jobDir] : []),
    ...newestFirst(runs.map((run) => join(attemptDir, run))),
  ];
  return dirs.flatMap((dir) => [join(dir, name), join(dir, `${name}.gz`)]).find(isFile);
}

const timeOf = (dir: string): number => statSync(dir, { throwIfNoEntry: false })?.mtimeMs ?? 0;

function newestFirst(dirs: readonly string[]): string[] {
  return dirs.toSorted((a, b) => timeOf(b) - timeOf(a));
}

function findOutputOrNone(jobDir: string): string | undefined {
  try {
    return findOutput(jobDir);
  } catch {
    return undefined;
  }
}

function isFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() === true;
}

function listNames(dir: string): string[] {
  try {
    return readdirSync(dir);
  } catch {
    return [];
  }
}
