import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { OactError } from '../../core/errors.ts';
import { findOnPath, isExecutable } from './find-on-path.ts';

/**
 * The absolute path of ORCA, without which it refuses to run in parallel.
 * @param configured a path, absolute or relative to the campaign, or null: `orca` on PATH
 * @throws OactError ORCA_NOT_FOUND
 */
export async function findOrca(
  configured: string | null,
  campaignDir: string,
  path: string,
): Promise<string> {
  if (configured === null || configured === 'orca') {
    const found = findOnPath('orca', path);
    // The GNOME screen reader has the same name and is often in /usr/bin.
    if (found !== undefined && found !== '/usr/bin/orca') return found;
    throw new OactError('ORCA_NOT_FOUND', 'no ORCA is configured and none is on PATH', {
      hint: 'Give --orca-path /path/to/orca, set OACT_ORCA_PATH, or write `orca: {path: …}` into oact.yaml.',
    });
  }
  const absolute = resolve(campaignDir, configured);
  const isFile = await stat(absolute)
    .then((entry) => entry.isFile())
    .catch(() => false);
  if (isFile && isExecutable(absolute)) return absolute;
  throw new OactError('ORCA_NOT_FOUND', `the ORCA path ${absolute} is not a program that can be run`, {
    hint: 'Give the path of the file `orca` itself; on a compute node, check that the file system is mounted.',
  });
}
