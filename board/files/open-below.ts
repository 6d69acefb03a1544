import { constants } from 'node:fs';
import { type FileHandle, open, readlink, realpath } from 'node:fs/promises';
import { isAbsolute, relative } from 'node:path';
import { OactError } from '../../core/errors.ts';

/**
 * Opens a plain file for reading if it lies below the root when all links are resolved. What was opened is what is checked: a
 * link that is turned elsewhere in between leads to a refusal.
 * @throws OactError JOB_DIRECTORY_OUTSIDE, and the error of the system when it cannot be opened
 */
export async function openBelow(root: string, path: string): Promise<FileHandle> {
  const realRoot = await realpath(root);
  if (!isBelow(realRoot, await realpath(path))) throw outside(root, path);
  // Without O_NONBLOCK, a named pipe would be waited for.
  const file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK);
  try {
    const opened = await readlink(`/proc/self/fd/${file.fd}`);
    if (!isBelow(realRoot, opened) || !(await file.stat()).isFile()) throw outside(root, path);
    return file;
  } catch (error) {
    await file.close();
    throw error;
  }
}

function isBelow(root: string, path: string): boolean {
  const below = relative(root, path);
  return below !== '' && !isAbsolute(below) && below.split('/')[0] !== '..';
}

function outside(root: string, path: string): OactError {
  return new OactError('JOB_DIRECTORY_OUTSIDE', `${path} is no plain file below the job root ${root}`, {
    hint: 'Only files of job directories are shown. Set jobRoot in oact.yaml if the jobs lie elsewhere.',
  });
}
