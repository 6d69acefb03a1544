import { randomBytes, randomUUID } from 'node:crypto';
import { readdir, rm, rmdir, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import { messageOf, systemErrorCode } from '../../core/errors.ts';
import { writeDurably } from '../files/durable-file.ts';
import { listDeadHomes } from '../process/stop-orphans.ts';
import { readOwnIdentity } from '../process/look-at-process.ts';
import { makeRunScratch, scratchBaseOf } from '../files/run-scratch.ts';
import { renderHomeName } from '../files/scratch-home.ts';

/** Enough that neither the last free block nor a quota's last kilobyte lets it through. */
const probeBytes = 2 ** 20;

/** What begins with this in a scratch home is no run. */
const probePrefix = 'probe-';

/**
 * Tries what a result needs: write, fsync, rename, remove. Random bytes, which no file system compresses away. A quota,
 * or a server that reports a full disk at the fsync only, shows in no other way. What a consumer that was killed
 * meanwhile left here goes, too.
 * @returns the code of the system call that failed, or undefined
 */
export async function probeDirectory(dir: string): Promise<string | undefined> {
  let place: string | undefined;
  try {
    place = await makeRunScratch(`${probePrefix}${randomUUID()}`, dir);
    await writeDurably(join(place, 'probe'), randomBytes(probeBytes));
    await rm(place, { recursive: true });
    await removeDeadProbes(dir);
    return undefined;
  } catch (error) {
    if (place !== undefined) await rm(place, { recursive: true, force: true }).catch(() => undefined);
    return systemErrorCode(error) ?? messageOf(error);
  } finally {
    await removeEmptyHome(dir);
  }
}

/** The runs beside them are left to stop-orphans.ts, because they may still be going on. */
async function removeDeadProbes(dir: string): Promise<void> {
  const base = scratchBaseOf(dir);
  const homes = await listDeadHomes(base).catch(() => []);
  for (const home of homes.map((name) => join(base, name))) {
    const probes = (await readdir(home).catch(() => [])).filter((name) => name.startsWith(probePrefix));
    await Promise.all(probes.map((name) => rm(join(home, name), { recursive: true, force: true })));
    await rmdir(home).catch(() => undefined);
  }
}

/** Unless runs or other consumers have something there. */
async function removeEmptyHome(dir: string): Promise<void> {
  const base = scratchBaseOf(dir);
  await rmdir(join(base, renderHomeName(readOwnIdentity()))).catch(() => undefined);
  await rmdir(base).catch(() => undefined);
}

/** What an ordinary user may still write there. */
export async function measureFreeBytes(dir: string): Promise<number> {
  const { bavail, bsize } = await statfs(dir);
  return bavail * bsize;
}
