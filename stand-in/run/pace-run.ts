import { setTimeout as sleep } from 'node:timers/promises';

/** Modules of ORCA's closing table of times, in its order. */
export const modules = [
  'Startup calculation',
  'SCF iterations',
  'Property calculations',
  'SCF Gradient evaluation',
  'Geometry relaxation',
] as const;

export type Module = (typeof modules)[number];

/** Spreads the wall time over the run, and keeps account of what each module used. */
export interface Pace {
  /** Waits until the share of the work done so far, plus `work`, is due. */
  spend(module: Module, work: number): Promise<void>;
  /** Real seconds that `spend` and the work before it took, per module used so far. */
  secondsOf(module: Module): number | undefined;
}

/**
 * `totalWork` is in units of one SCF iteration. Waits aim at absolute moments, so that slow disks do not add up.
 * `burnsCpu` waits busily: the serial program is its own rank.
 */
export function createPace(totalSeconds: number, totalWork: number, burnsCpu: boolean): Pace {
  const startedAt = performance.now();
  const used = new Map<Module, number>();
  let workDone = 0;
  let accountedAt = startedAt;
  return {
    async spend(module, work) {
      workDone += work;
      const due = startedAt + (1000 * totalSeconds * workDone) / totalWork;
      const left = due - performance.now();
      // Timers are no finer than a millisecond: shorter waits are left to the next one.
      if (burnsCpu) burnUntil(due);
      else if (left >= 1) await sleep(left);
      const now = performance.now();
      used.set(module, (used.get(module) ?? 0) + (now - accountedAt) / 1000);
      accountedAt = now;
    },
    secondsOf: (module) => used.get(module),
  };
}

function burnUntil(due: number): void {
  while (performance.now() < due);
}
