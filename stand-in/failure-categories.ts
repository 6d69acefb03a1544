/** Every way in which the stand-in can be told to go wrong. */
export const failureCategories = [
  'input_keyword',
  'input_basis',
  'input_multiplicity',
  'input_no_electrons',
  'input_geometry',
  'input_syntax',
  'env_missing',
  'mpi_slots',
  'disk_full',
  'memory_maxcore',
  'memory_exhausted',
  'interrupted',
  'oom_killed',
  'mpi_transport',
  'gbw_unusable',
  'opt_step_failed',
  'scf_not_converged',
  'linear_dependence',
  'crash_module',
  'opt_not_converged',
  'result_missing',
  'zero_energy',
  'killed_midrun',
  'hang',
  'crlf',
  'nonutf8',
  'rc137_but_ok',
] as const;

export type FailureCategory = (typeof failureCategories)[number];

export function isFailureCategory(text: string): text is FailureCategory {
  return (failureCategories as readonly string[]).includes(text);
}
