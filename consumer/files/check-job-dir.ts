import { lstat, readlink, realpath } from 'node:fs/promises';
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
 * A path of another machine (payloads of version 1) that is not below the job root here: this node sees the campaign elsewhere.
 * The job is good, and runs on a node that sees it where its producer did.
 * @throws OactError JOB_ROOT_MISMATCH
 */
export async function checkSamePlace(jobDir: string, jobRoot: string): Promise<void> {
  const isOdd = jobDir.split('/').includes('..') || jobDir === jobRoot;
  // checkJobDir refuses these for good.
  if (isOdd) return;
  if (isBelow(jobDir, jobRoot) || isBelow(await resolveLinks(jobDir), await resolveLinks(jobRoot))) return;
  throw new OactError(
    'JOB_ROOT_MISMATCH',
    `the job's directory is ${jobDir}, but this node's job root is ${jobRoot}`,
    {
      hint: 'The campaign has moved since the job was queued by an older oact, or this node mounts it elsewhere. oact serve or reconcile on the login node queues the job again.',
    },
  );
}

/** Below the root by its words, and no link on the way from there: then nothing needs to be resolved. */
async function isPlainlyBelow(jobDir: string, jobRoot: string): Promise<boolean> {
  if (!isBelow(jobDir, jobRoot) || jobDir.split('/').includes('..')) return false;
  let path = jobRoot;
  for (const name of relative(jobRoot, jobDir).split('/')) {
    path = join(path, name);
    const found = await lstat(path).catch((error: unknown) => systemErrorCode(error));
    // What is not there yet is made by us.
    if (found === 'ENOENT') return true;
    if (typeof found !== 'object' || found.isSymbolicLink()) return false;
  }
  return true;
}

function isBelow(path: string, root: string): boolean {
  const below = relative(root, path);
  return below !== '' && !isAbsolute(below) && below.split('/')[0] !== '..';
}

/**
 * A payload comes over the network: its directory must lie below the campaign's job root, links resolved.
 * @throws OactError JOB_DIRECTORY_OUTSIDE
 */
export async function checkJobDir(jobDir: string, jobRoot: string): Promise<void> {
  if (await isPlainlyBelow(jobDir, jobRoot)) return;
  const [real, root] = await Promise.all([resolveLinks(jobDir), resolveLinks(jobRoot)]);
  if (!isBelow(real, root) || jobDir.split('/').includes('..')) {
    throw new OactError(
      'JOB_DIRECTORY_OUTSIDE',
      `the job directory ${jobDir} lies outside the job root ${jobRoot}`,
      {
        hint: 'Set jobRoot in oact.yaml, or enqueue with --reroot.',
      },
    );
  }
}
