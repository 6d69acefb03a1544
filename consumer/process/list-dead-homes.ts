import { readdir } from 'node:fs/promises';
import { systemErrorCode } from '../../core/errors.ts';
import { lookAtProcess, readOwnIdentity } from './look-at-process.ts';
import { decideHome, parseHomeName } from '../files/scratch-home.ts';

/** Names of the scratch homes in `base` whose consumers, of this very machine, live no more; none when it is not there. */
export async function listDeadHomes(base: string): Promise<string[]> {
  const here = { place: readOwnIdentity().place, lookAt: lookAtProcess };
  const names = await readdir(base).catch((error: unknown) => {
    if (systemErrorCode(error) !== 'ENOENT') throw error;
    return [];
  });
  return names.filter((name) => {
    const owner = parseHomeName(name);
    return owner !== undefined && decideHome(owner, here) === 'dead';
  });
}
