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

/** How often a consumer looks for others on its cores. */
const usualLookMs = 30_000;

/** What a consumer has told the others of its node about its cores. */
export interface CoreClaim {
  /** Which of its cores another consumer has pinned its slots to, in words, as last seen; null: none. */
  why: () => string | null;
  giveBack: () => Promise<void>;
}

/**
 * Tells the other consumers of this node which cores this one pins its slots to, looks for others on the same cores until they are given
 * back, and warns of each: each ORCA then gets a part of its cores, and none of them says so. Never rejects.
 * @param share whether slots may share cores here, because someone asked for it
 */
export async function claimCores(
  slots: readonly Slot[],
  log: Logger,
  share = false,
  lookMs = usualLookMs,
): Promise<CoreClaim> {
  const cores = slots.flatMap((slot) => slot.cores).toSorted((a, b) => a - b);
  try {
    const home = await makeHome();
    if (home === undefined) return { why: () => null, giveBack: () => Promise.resolve() };
    const claim = join(home, claimName);
    await writeDurably(claim, `${formatCpuList(cores)}\n`);
    const overlap = share ? undefined : watchOverlap(cores, log);
    // Behind the own claim: of two that start at once, one at least sees the other.
    await overlap?.look();
    const timer = setInterval(() => void overlap?.look(), lookMs);
    timer.unref();
    return {
      why: () => overlap?.why() ?? null,
      giveBack: () => {
        clearInterval(timer);
        return rm(claim, { force: true }).catch(() => undefined);
      },
    };
  } catch (error) {
    log.warn({ err: error }, 'other consumers on this node cannot see which cores are taken');
    return { why: () => null, giveBack: () => Promise.resolve() };
  }
}

function watchOverlap(
  own: readonly number[],
  log: Logger,
): { look: () => Promise<void>; why: () => string | null } {
  let known = new Set<number>();
  let said: string | null = null;
  const look = async (): Promise<void> => {
    const overlaps = (await listTakenCores()).flatMap(({ pid, cores }) => {
      const shared = cores.filter((core) => own.includes(core));
      return shared.length === 0 ? [] : [{ pid, cores: formatCpuList(shared) }];
    });
    for (const { pid, cores } of overlaps)
      if (!known.has(pid))
        log.warn(
          { cores, otherPid: pid },
          'another consumer on this node has pinned its slots to the same cores: end one of them, or give each its own (--slots, --cores-per-slot)',
        );
    known = new Set(overlaps.map(({ pid }) => pid));
    const others = overlaps.map(({ pid, cores }) => `cores ${cores} (process ${pid})`);
    said = others.length === 0 ? null : `shares cores with another consumer: ${others.join(', ')}`;
  };
  return { look, why: () => said };
}
