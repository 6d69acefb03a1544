import { realpath } from 'node:fs/promises';
import { dirname, isAbsolute, relative } from 'node:path';
import { OactError, systemErrorCode } from '../core/errors.ts';

/** The path with every link resolved; of a directory that does not exist yet, that of its nearest parent. */
async function resolveExisting(path: string): Promise<string> {
  try {
    return await realpath(path);
  } catch (error) {
    if (systemErrorCode(error) !== 'ENOENT' || dirname(path) === path) throw error;
    return resolveExisting(dirname(path));
  }
}

/**
 * A payload comes over the network: its directory must lie below the campaign's job root, links resolved.
 * @throws OactError JOB_DIRECTORY_OUTSIDE
 */
export async function checkJobDir(jobDir: string, jobRoot: string): Promise<void> {
  const [real, root] = await Promise.all([resolveExisting(jobDir), resolveExisting(jobRoot)]);
  const path = relative(root, real);
  if (path.startsWith('..') || isAbsolute(path) || jobDir.includes('/../')) {
    throw new OactError(
      'JOB_DIRECTORY_OUTSIDE',
      `the job directory ${jobDir} lies outside the job root ${jobRoot}`,
      {
        hint: 'Set jobRoot in oact.yaml, or enqueue with --reroot.',
      },
    );
  }
}
