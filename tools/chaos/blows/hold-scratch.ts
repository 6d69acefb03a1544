import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { ChaosWorld } from '../chaos-world.ts';
import { tmpDirOf } from '../chaos-world.ts';

/** Something in the scratch of one run cannot be removed (EBUSY), as `.nfs*` files and mounts cannot; later it can. */
export async function holdScratch(world: ChaosWorld): Promise<void> {
  const run = world.random.pick(listRunScratch(tmpDirOf(world.dir)));
  if (run === undefined || world.disk === null) return;
  const held = join(run, 'held');
  try {
    mkdirSync(held);
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', held], { stdio: 'ignore' });
  } catch {
    // The run ended in this moment.
    return;
  }
  await delay(world.random.between(3, 8) * 1000);
  execFileSync('umount', ['--lazy', held], { stdio: 'ignore' });
}

/** Directories `oact-UID/HOME/RUN`. */
function listRunScratch(root: string): string[] {
  return listDirs(root).flatMap(listDirs).flatMap(listDirs);
}

function listDirs(dir: string): string[] {
  try {
    return readdirSync(dir, { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map(({ name }) => join(dir, name));
  } catch {
    // Removed meanwhile.
    return [];
  }
}
