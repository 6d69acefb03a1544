/** Keeps commands that read or move files of jobs below the place where these belong, wherever links lead. */
import { realpathSync } from 'node:fs';
import { isAbsolute, relative } from 'node:path';
import { OactError } from './errors.ts';

/**
 * @param path what is there is judged with every link resolved
 * @throws OactError JOB_DIRECTORY_OUTSIDE; the errors of the file system when one of both is not there
 */
export function checkBelowRoot(root: string, path: string, hint: string): void {
  const below = relative(realpathSync(root), realpathSync(path));
  if (below !== '' && !isAbsolute(below) && below.split('/')[0] !== '..') return;
  throw new OactError('JOB_DIRECTORY_OUTSIDE', `${path} is, or links to a place, outside ${root}`, { hint });
}

/** What to do about a file of a job that lies elsewhere. */
export const outsideJobRootHint =
  'oact reads and moves files only below the job root, also through links. If the jobs are elsewhere, set jobRoot in oact.yaml.';
