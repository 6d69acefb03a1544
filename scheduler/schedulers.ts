/** The batch systems that oact knows. A new one is a file like `slurm.ts`, its name and line here, and its script in `scheduler-scripts/`. */
import { flux } from './flux.ts';
import { pbs } from './pbs.ts';
import type { Scheduler } from './scheduler.ts';
import { slurm } from './slurm.ts';

/** By their names in oact.yaml and in those of the scripts: `consumer.slurm`. */
export const schedulers = { slurm, flux, pbs } satisfies Record<string, Scheduler>;

export type SchedulerName = keyof typeof schedulers;

const isScheduler = (name: string): name is SchedulerName => Object.hasOwn(schedulers, name);

export const schedulerNames: readonly SchedulerName[] = Object.keys(schedulers).filter(isScheduler);

/** `slurm, flux or pbs`: for messages. */
export const anyScheduler = new Intl.ListFormat('en-GB', { type: 'disjunction' }).format(schedulerNames);

/** How many seconds a signal of the scheduler leaves until KILL; undefined for one that leaves time. */
export function secondsUntilKill(signal: NodeJS.Signals, name: SchedulerName | null): number | undefined {
  if (name === null) return undefined;
  const { names, seconds } = schedulers[name].lastSignals;
  return names.includes(signal) ? seconds : undefined;
}
