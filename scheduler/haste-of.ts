import type { Allocation } from './read-allocation.ts';

/**
 * How many seconds a signal of the scheduler leaves until KILL, less two for the answers; undefined for one that leaves time.
 * Slurm (at the end of the walltime, on scancel and on preemption) sends TERM and waits for KillWait, 30 s unless the site says
 * otherwise; PBS waits for kill_delay, 10 s; Flux sends ALRM at the end and TERM on cancel, and waits for 5 s.
 */
export function hasteOf(signal: NodeJS.Signals, scheduler: Allocation['scheduler']): number | undefined {
  const isLast = signal === 'SIGTERM' || signal === 'SIGALRM';
  if (!isLast || scheduler === null) return undefined;
  return scheduler === 'flux' ? 2 : scheduler === 'pbs' ? 6 : 8;
}
