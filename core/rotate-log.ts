/** Old log files: `serve.log.1` is the newest of them. Done by the writer itself, because on a login node nobody else does it. */
import { renameSync, rmSync, statSync } from 'node:fs';
import { systemErrorCode } from './errors.ts';

/** When a log file is set aside, and how many of them are kept. */
export interface RotationLimits {
  bytes: number;
  days: number;
  kept: number;
}

/** A campaign of 10,000 jobs writes some 30 MB. */
export const usualLimits: RotationLimits = { bytes: 50_000_000, days: 30, kept: 5 };

const dayMs = 86_400_000;

/** Whether a file of this size and age is set aside. An empty one never is; a file system without times of birth says 0, which is no age. */
export function isRotationDue(
  { bytes, bornAtMs }: { bytes: number; bornAtMs: number },
  limits: RotationLimits,
  nowMs: number,
): boolean {
  if (bytes === 0) return false;
  return bytes >= limits.bytes || (bornAtMs > 0 && nowMs - bornAtMs >= limits.days * dayMs);
}

/**
 * Sets a log file aside if it is due. What cannot be renamed stays where it is: a log that grows is better than none.
 * @returns the number of the file that stands at `path` now; undefined: none does
 */
export function rotateLog(path: string, limits: RotationLimits, nowMs: number): number | undefined {
  const seen = statSync(path, { throwIfNoEntry: false });
  if (seen === undefined) return undefined;
  if (!isRotationDue({ bytes: seen.size, bornAtMs: seen.birthtimeMs }, limits, nowMs)) return seen.ino;
  try {
    rmSync(`${path}.${limits.kept}`, { force: true });
    for (let number = limits.kept - 1; number >= 1; number -= 1)
      move(`${path}.${number}`, `${path}.${number + 1}`);
    renameSync(path, `${path}.1`);
    return undefined;
  } catch {
    return seen.ino;
  }
}

function move(from: string, to: string): void {
  try {
    renameSync(from, to);
  } catch (error) {
    if (systemErrorCode(error) !== 'ENOENT') throw error;
  }
}
