/** What the scheduler granted to this process, as far as its environment tells. */
export interface Allocation {
  scheduler: 'slurm' | 'flux' | 'pbs' | null;
  allocationId: string | null;
  node: string;
  /** The end of the walltime; null when the environment does not say (Slurm before 23, Flux, PBS). */
  endsAt: Date | null;
  /** How often the scheduler has started this allocation anew; null where it does not say. */
  restartCount: number | null;
}

/**
 * Reads the allocation from the environment.
 * Several emulated nodes share one host name, so the scheduler's own node name comes first.
 * In a Flux batch script FLUX_JOB_ID is unset; FLUX_ENCLOSING_ID names the allocation there.
 */
export function readAllocation(env: Record<string, string | undefined>, hostname: string): Allocation {
  const none = { scheduler: null, allocationId: null, node: hostname, endsAt: null, restartCount: null };
  const slurmId = env['SLURM_JOB_ID'];
  if (slurmId !== undefined) {
    const epoch = Number(env['SLURM_JOB_END_TIME']);
    return {
      scheduler: 'slurm',
      allocationId: slurmId,
      node: env['SLURMD_NODENAME'] ?? hostname,
      endsAt: Number.isFinite(epoch) && epoch > 0 ? new Date(epoch * 1000) : null,
      // Unset at the first start.
      restartCount: Number(env['SLURM_RESTART_COUNT'] ?? 0) || 0,
    };
  }
  const fluxId = env['FLUX_ENCLOSING_ID'] ?? env['FLUX_JOB_ID'];
  if (fluxId !== undefined) return { ...none, scheduler: 'flux', allocationId: fluxId };
  const pbsId = env['PBS_JOBID'];
  if (pbsId === undefined) return none;
  // What qstat calls run_count; `consumer.pbs` asks for it, because PBS tells a job nothing of its past.
  const runs = Number(env['OACT_PBS_RUN_COUNT'] ?? 0);
  return {
    ...none,
    scheduler: 'pbs',
    allocationId: pbsId,
    restartCount: Number.isInteger(runs) && runs > 0 ? runs - 1 : null,
  };
}
