import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** The absolute path of an ORCA of test/programs/orca. */
export function programPath(name: string): string {
  return fileURLToPath(new URL(`../programs/orca/${name}`, import.meta.url));
}

/** A program or folder of `test/programs` that is no ORCA. */
export function otherProgramPath(name: string): string {
  return fileURLToPath(new URL(`../programs/${name}`, import.meta.url));
}

/** False for a process that has ended, although nobody has waited for it yet. */
export function isAlive(pid: number): boolean {
  try {
    return !/^State:\s+[ZX]/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
}
