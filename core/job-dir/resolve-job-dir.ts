import { basename, isAbsolute, join } from 'node:path';

/**
 * The absolute directory of a record from what its row says. The existing dashboard writes relative paths (`camp/jobs/job_0`), which
 * were meant from where it was started: only their end counts, which is what follows the name of the job root, else the last names.
 * @param jobRoot null: nobody knows it, so a relative path says nothing
 * @param depth how many names the pattern of job directories has
 * @returns null when the row says nothing that can be used
 */
export function resolveJobDir(jobRoot: string | null, jobDir: string | null, depth = 1): string | null {
  if (jobDir === null || isAbsolute(jobDir)) return jobDir;
  if (jobRoot === null) return null;
  const names = jobDir.split('/').filter((name) => name !== '' && name !== '.');
  const root = names.lastIndexOf(basename(jobRoot));
  const end = root >= 0 && root < names.length - 1 ? names.slice(root + 1) : names.slice(-depth);
  return end.length === 0 || end.includes('..') ? null : join(jobRoot, ...end);
}
