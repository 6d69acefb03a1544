/** The batch systems that oact knows. A new one is a file like `slurm.ts`, its name and line here, and its script in `scheduler-scripts/`. */
import { flux } from './flux.ts';
import { pbs } from './pbs.ts';
import type { Scheduler } from './scheduler.ts';
import { slurm } from './slurm.ts';

/** As in oact.yaml and in the name of the script: `consumer.slurm`. */
export const schedulerNames = ['slurm', 'flux', 'pbs'] as const;

export type SchedulerName = (typeof schedulerNames)[number];

export const schedulers = { slurm, flux, pbs } satisfies Record<SchedulerName, Scheduler>;

/** `slurm, flux or pbs`: for messages. */
export const anyScheduler = new Intl.ListFormat('en-GB', { type: 'disjunction' }).format(schedulerNames);

/** How many seconds a signal of the scheduler leaves until KILL; undefined for one that leaves time. */
export function secondsUntilKill(signal: NodeJS.Signals, name: SchedulerName | null): number | undefined {
  if (name === null) return undefined;
  const { names, seconds } = schedulers[name].lastSignals;
  return names.includes(signal) ? seconds : undefined;
}
