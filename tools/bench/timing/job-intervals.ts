import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** When one job ran, ms since the epoch. */
export interface JobInterval {
  startMs: number;
  endMs: number;
}

/** How the slots of an allocation were used. */
export interface CoreUse {
  /** From the allocation to the first job. */
  firstJobSeconds: number;
  /** Share of all slots that was at work between the first start and the last one: as long as jobs waited. */
  steady: number;
  /** The same between the allocation and the last end. */
  whole: number;
  /** From the last start to the last end: slots run empty, and nothing is left to fill them. */
  tailSeconds: number;
  /** From the allocation to the last end. */
  makespanSeconds: number;
}

/** What the jobs wrote of themselves: `begin end` in a file each. */
export function readIntervals(dir: string): JobInterval[] {
  return readdirSync(dir).map((name) => {
    const [startMs = Number.NaN, endMs = Number.NaN] = readFileSync(join(dir, name), 'utf8')
      .split(' ')
      .map(Number);
    return { startMs, endMs };
  });
}

/** @param allocatedMs when the nodes were granted */
export function measureUse(jobs: readonly JobInterval[], slotCount: number, allocatedMs: number): CoreUse {
  const firstStart = Math.min(...jobs.map(({ startMs }) => startMs));
  const lastStart = Math.max(...jobs.map(({ startMs }) => startMs));
  const lastEnd = Math.max(...jobs.map(({ endMs }) => endMs));
  const busyMs = (fromMs: number, toMs: number): number =>
    jobs.reduce(
      (sum, { startMs, endMs }) => sum + Math.max(0, Math.min(endMs, toMs) - Math.max(startMs, fromMs)),
      0,
    );
  const share = (fromMs: number, toMs: number): number =>
    busyMs(fromMs, toMs) / (slotCount * (toMs - fromMs));
  return {
    // Seen a tenth of a second late.
    firstJobSeconds: Math.max(0, firstStart - allocatedMs) / 1000,
    steady: share(firstStart, lastStart),
    whole: share(allocatedMs, lastEnd),
    tailSeconds: (lastEnd - lastStart) / 1000,
    makespanSeconds: (lastEnd - allocatedMs) / 1000,
  };
}
