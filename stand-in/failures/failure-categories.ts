/** Failures that a campaign knows by these names, in the order of its failure classes. */
export const failureClasses = [
  'input_keyword',
  'input_basis',
  'input_multiplicity',
  'input_no_electrons',
  'input_geometry',
  'input_syntax',
  'env_missing',
  'mpi_slots',
  'disk_full',
  'node_trouble',
  'memory_maxcore',
  'memory_exhausted',
  'interrupted',
  'oom_killed',
  'too_many_procs',
  'mpi_transport',
  'gbw_unusable',
  'no_barrier',
  'opt_step_failed',
  'scf_not_converged',
  'linear_dependence',
  'crash_module',
  'opt_not_converged',
  'result_missing',
  'suspicious_result',
  'subjob',
  'killed_midrun',
  'not_orca',
] as const;

/** Things that happen to real runs and are no failure of their own. */
const oddCases = [
  'hang',
  'livelock',
  'slow_disk',
  'truncated_gbw',
  'crlf',
  'nonutf8',
  'zero_energy',
  'huge',
  'append',
  'stderr_flood',
  'rc137_but_ok',
  'mpi5_killed',
  'hydra_killed',
  'slurm_layout',
  'shm_full',
  'appended_attempt',
  'unstable',
] as const;

/** Every way in which the stand-in can be told to go wrong. */
export const failureCategories = [...failureClasses, ...oddCases] as const;

export type FailureCategory = (typeof failureCategories)[number];

export function isFailureCategory(text: string): text is FailureCategory {
  return (failureCategories as readonly string[]).includes(text);
}

const withMoment: ReadonlySet<FailureCategory> = new Set([
  'disk_full',
  'node_trouble',
  'mpi5_killed',
  'hydra_killed',
  'memory_exhausted',
  'interrupted',
  'oom_killed',
  'too_many_procs',
  'mpi_transport',
  'opt_step_failed',
  'scf_not_converged',
  'linear_dependence',
  'crash_module',
  'opt_not_converged',
  'killed_midrun',
  'hang',
  'livelock',
  'slow_disk',
  'truncated_gbw',
] satisfies FailureCategory[]);

/** Whether it happens somewhere in the course of a run, so that it can be told when. */
export function takesMoment(category: FailureCategory): boolean {
  return withMoment.has(category);
}
