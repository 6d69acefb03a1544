import { readlink, realpath } from 'node:fs/promises';
import { basename, dirname, isAbsolute, join, relative, resolve } from 'node:path';
import { OactError, systemErrorCode } from '../../core/errors.ts';

/** The path with every link resolved, those too that lead to a place which does not exist yet. */
async function resolveLinks(path: string): Promise<string> {
  try {
    return await realpath(path);
  } catch (error) {
    if (systemErrorCode(error) !== 'ENOENT' || dirname(path) === path) throw error;
    const parent = await resolveLinks(dirname(path));
    const target = await readlink(path).catch(() => undefined);
    return target === undefined ? join(parent, basename(path)) : resolveLinks(resolve(parent, target));
  }
}

/**
 * A payload comes over the network: its directory must lie below the campaign's job root, links resolved.
 * @throws OactError JOB_DIRECTORY_OUTSIDE
 */
export async function checkJobDir(jobDir: string, jobRoot: string): Promise<void> {
  const [real, root] = await Promise.all([resolveLinks(jobDir), resolveLinks(jobRoot)]);
  const path = relative(root, real);
  const isBelow = path !== '' && !isAbsolute(path) && path.split('/')[0] !== '..';
  if (!isBelow || jobDir.split('/').includes('..')) {
    throw new OactError(
      'JOB_DIRECTORY_OUTSIDE',
      `the job directory ${jobDir} lies outside the job root ${jobRoot}`,
      {
        hint: 'Set jobRoot in oact.yaml, or enqueue with --reroot.',
      },
    );
  }
}
