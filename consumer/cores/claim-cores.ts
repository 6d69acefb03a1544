import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Logger } from '../../core/logger.ts';
import { readPlainFile } from '../../core/plain-file.ts';
import { writeDurably } from '../files/durable-file.ts';
import { makeHome, openScratchBase } from '../files/run-scratch.ts';
import { decideHome, parseHomeName } from '../files/scratch-home.ts';
import { lookAtProcess, readOwnIdentity } from '../process/look-at-process.ts';
import type { Slot } from './cut-slots.ts';
import { formatCpuList, parseCpuList } from './parse-cpu-list.ts';

/** The cores of another consumer that lives on this node. */
export interface TakenCores {
  pid: number;
  cores: number[];
}

/** In the home of a consumer below the node's temporary directory; it goes with the home. */
const claimName = 'cores';

/**
 * What the other consumers of this user have taken on this node: those whose scratch homes lie below the same TMPDIR. Never rejects: it is
 * a look around, and the check of the scratch directory speaks for itself.
 */
export async function listTakenCores(): Promise<TakenCores[]> {
  try {
    const base = await openScratchBase();
    return base === undefined ? [] : await readClaims(base);
  } catch {
    return [];
  }
}

async function readClaims(base: string): Promise<TakenCores[]> {
  const own = readOwnIdentity();
  const here = { place: own.place, lookAt: lookAtProcess };
  const names = await readdir(base).catch(() => []);
  const claims = await Promise.all(
    names.map(async (name): Promise<TakenCores | undefined> => {
      const owner = parseHomeName(name);
      if (!owner || owner.pid === own.pid || decideHome(owner, here) !== 'alive') return undefined;
      const text = await readPlainFile(join(base, name, claimName)).catch(() => undefined);
      return text === undefined ? undefined : { pid: owner.pid, cores: parseCpuList(text) };
    }),
  );
  return claims.filter((claim) => claim !== undefined);
}

/**
 * Tells the other consumers of this node which cores this one pins its slots to, and warns when they are those of another one: each ORCA
 * then gets a part of its cores, and none of them says so. Never rejects.
 * @param share whether slots may share cores here, because somebody asked for it
 * @returns takes the claim back
 */
export async function claimCores(
  slots: readonly Slot[],
  log: Logger,
  share = false,
): Promise<() => Promise<void>> {
  const cores = slots.flatMap((slot) => slot.cores).toSorted((a, b) => a - b);
  try {
    const home = await makeHome();
    if (home === undefined) return () => Promise.resolve();
    const claim = join(home, claimName);
    await writeDurably(claim, `${formatCpuList(cores)}\n`);
    // Behind the own claim: of two that start at once, one at least sees the other.
    for (const other of share ? [] : await listTakenCores()) warnOf(other, cores, log);
    return () => rm(claim, { force: true }).catch(() => undefined);
  } catch (error) {
    log.warn({ err: error }, 'other consumers on this node cannot see which cores are taken');
    return () => Promise.resolve();
  }
}

function warnOf({ pid, cores }: TakenCores, own: readonly number[], log: Logger): void {
  const shared = cores.filter((core) => own.includes(core));
  if (shared.length === 0) return;
  log.warn(
    { cores: formatCpuList(shared), otherPid: pid },
    'another consumer on this node has pinned its slots to the same cores: end one of them, or give each its own (--slots, --cores-per-slot)',
  );
}
