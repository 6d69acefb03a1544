import { execFileSync } from 'node:child_process';
import { mkdirSync, rmSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { join } from 'node:path';

/** A disk that is large enough for the jobs and small enough to be filled in a moment. */
export interface SmallDisk {
  fill(): Promise<void>;
  free(): void;
  unmount(): void;
}

/** Mounts one at `path`; null without the right to. */
export function mountSmallDisk(path: string, megabytes: number): SmallDisk | null {
  mkdirSync(path, { recursive: true });
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${Math.ceil(megabytes)}m`, 'tmpfs', path], {
      stdio: 'ignore',
    });
  } catch {
    return null;
  }
  const ballast = join(path, 'ballast');
  return {
    fill: () => writeUntilFull(ballast),
    free: () => rmSync(ballast, { force: true }),
    unmount: () => execFileSync('umount', [path], { stdio: 'ignore' }),
  };
}

async function writeUntilFull(path: string): Promise<void> {
  const file = await open(path, 'w');
  try {
    // Small pieces at the end, so that not even a short line finds room.
    for (const size of [2 ** 20, 4096])
      for (;;) if (!(await file.write(Buffer.alloc(size)).catch(() => undefined))) break;
  } finally {
    await file.close();
  }
}
