import { readdir } from 'node:fs/promises';
import { lookAtProcess, readOwnIdentity } from './look-at-process.ts';
import { decideHome, parseHomeName } from '../files/scratch-home.ts';

/** Names of the scratch homes in `base` whose consumers, of this very machine, live no more. */
export async function listDeadHomes(base: string): Promise<string[]> {
  const here = { place: readOwnIdentity().place, lookAt: lookAtProcess };
  return (await readdir(base)).filter((name) => {
    const owner = parseHomeName(name);
    return owner !== undefined && decideHome(owner, here) === 'dead';
  });
}
