// The keys of what may be doubted in a result: they stand before the words, so that warnings can be searched and counted.

/** One key for each kind of doubt. */
export type WarningKey =
  | 'engine'
  | 'unstable'
  | 'spin'
  | 'gradient'
  | 'scf'
  | 'zero_energy'
  | 'unconverged'
  | 'optimization_limit'
  | 'imaginary_modes'
  | 'irc_limit'
  | 'run_type'
  | 'fatal_error'
  | 'failed_step'
  | 'earlier_runs';

/** A warning as a result carries it: `unstable: the wave function is unstable…`. */
export function renderWarning(key: WarningKey, words: string): string {
  return `${key}: ${words}`;
}
