import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { mountSmallDisk, type SmallDisk } from '../../../tools/chaos/blows/small-disk.ts';

/** A disk of 10 MB, unmounted after the test. */
export function makeSmallDisk(): SmallDisk & { path: string; remount(mode: 'ro' | 'rw'): void } {
  const path = mkdtempSync(join(tmpdir(), 'oact-disk-'));
  const disk = mountSmallDisk(path, 10);
  if (!disk) throw new Error('this user may not mount a disk');
  onTestFinished(() => {
    // Lazily, because a test that failed may still have files open there.
    execFileSync('umount', ['-l', path]);
    rmSync(path, { recursive: true });
  });
  return {
    path,
    ...disk,
    remount: (mode) => execFileSync('mount', ['-o', `remount,${mode}`, path]),
  };
}

/** Only root may mount, and not in every container. */
export const mayMount = ((): boolean => {
  const path = mkdtempSync(join(tmpdir(), 'oact-disk-'));
  const disk = mountSmallDisk(path, 1);
  disk?.unmount();
  rmSync(path, { recursive: true });
  return disk !== null;
})();
