import { execFileSync } from 'node:child_process';
import { mkdirSync, openSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { findPackageRoot } from '../../../core/config/package-root.ts';
import type { FakedClock } from './process-clock.ts';

/**
 * The wall clock of a Redis, which does not start with libfaketime.
 * @param dir where a library is built and the offset is kept
 * @returns null where there is no C compiler
 */
export function makeRedisClock(dir: string): FakedClock | null {
  mkdirSync(dir, { recursive: true });
  const preload = join(dir, 'step-clock.so');
  const source = join(findPackageRoot(), 'tools', 'chaos', 'blows', 'step-clock.c');
  try {
    execFileSync('cc', ['-shared', '-fPIC', '-O1', '-o', preload, source], { stdio: 'ignore' });
  } catch {
    return null;
  }
  const offset = join(dir, 'offset');
  writeFileSync(offset, Buffer.alloc(8));
  const file = openSync(offset, 'r+');
  return {
    env: { LD_PRELOAD: preload, STEPPED_CLOCK: offset },
    step(seconds) {
      const bytes = Buffer.alloc(8);
      bytes.writeBigInt64LE(BigInt(seconds));
      writeSync(file, bytes, 0, 8, 0);
    },
  };
}
