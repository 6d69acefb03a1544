import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { OactError, systemErrorCode } from '../../../core/errors.ts';
import { attemptDirOf } from '../../../core/job-dir/job-layout.ts';

/** Outputs of child runs for the guess of one heavy atom: they end well long before the job does. */
const isChildOutput = (name: string): boolean => /(?:^|_)atom\d+\.out(?:\.gz)?$/.test(name);

/** Which names hold a job's output, best first; of several of a kind the newest is taken, as the existing system does. */
const outputNames: readonly ((name: string) => boolean)[] = [
  (name) => name.endsWith('logs'),
  (name) => name === 'orca.out',
  (name) => name.endsWith('.out') && !isChildOutput(name),
  (name) => name.endsWith('.out.gz') && !isChildOutput(name),
  (name) => name.includes('flux-'),
];

/**
 * The output that a path means: the file itself, or that of a job directory, ours or the existing system's.
 * @throws OactError FILE_UNREADABLE
 */
export function findOutput(path: string): string {
  const stats = statSync(path, { throwIfNoEntry: false });
  if (stats === undefined) throw new OactError('FILE_UNREADABLE', `${path} does not exist`);
  if (!stats.isDirectory()) return path;
  const output = findOutputIn(path) ?? findOutputOfAttempt(path);
  if (output !== undefined) return output;
  throw new OactError('FILE_UNREADABLE', `${path} has no output of ORCA`, {
    hint: 'Looked for files named …logs, orca.out, …out, …out.gz and flux-…, and in the newest attempt.',
  });
}

/** What a run wrote to stderr lies beside its output: `orca.err`, `slurm.err`. */
export function findErrors(output: string): string | undefined {
  const path = output.replace(/\.out(?:\.gz)?$/, '.err');
  return path !== output && isFile(path) ? path : undefined;
}

function findOutputIn(dir: string): string | undefined {
  const names = listNames(dir).filter((name) => isFile(join(dir, name)));
  const group = outputNames.map((isMeant) => names.filter(isMeant)).find(({ length }) => length > 0) ?? [];
  return newestOf(group.map((name) => join(dir, name)));
}

/** A job that still runs, or was interrupted, has its output in a run directory. */
function findOutputOfAttempt(jobDir: string): string | undefined {
  const attempts = listNames(jobDir)
    .map((name) => Number(/^attempt-(\d+)$/.exec(name)?.[1]))
    .filter((attempt) => attempt >= 0)
    .toSorted((one, other) => other - one);
  for (const attempt of attempts) {
    const attemptDir = attemptDirOf(jobDir, attempt);
    const runs = listNames(attemptDir).filter((name) => name.startsWith('run-'));
    const outputs = [...runs.map((run) => join(attemptDir, run, 'orca.out')), join(attemptDir, 'orca.out')];
    const newest = newestOf(outputs.filter((path) => isFile(path)));
    if (newest !== undefined) return newest;
  }
  return undefined;
}

function newestOf(paths: readonly string[]): string | undefined {
  return paths.toSorted((one, other) => statSync(other).mtimeMs - statSync(one).mtimeMs)[0];
}

/** A link whose run directory is gone is no file. */
function isFile(path: string): boolean {
  return existsSync(path) && statSync(path).isFile();
}

function listNames(dir: string): string[] {
  try {
    return readdirSync(dir);
  } catch (error) {
    throw new OactError(
      'FILE_UNREADABLE',
      `${dir} cannot be listed: ${systemErrorCode(error) ?? 'unknown'}`,
      {
        cause: error,
      },
    );
  }
}
