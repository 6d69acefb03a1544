// The keys of what may be doubted in a result: they stand before the words, so that warnings can be searched, counted and refused.

/** One key for each kind of doubt. */
export const warningKeys = [
  'engine',
  'unstable',
  'spin',
  'gradient',
  'scf',
  'zero_energy',
  'unconverged',
  'optimization_limit',
  'imaginary_modes',
  'irc_limit',
  'run_type',
  'fatal_error',
  'failed_step',
  'earlier_runs',
  'damaged',
  'other_input',
] as const;

export type WarningKey = (typeof warningKeys)[number];

/** A warning as a result carries it: `unstable: the wave function is unstable…`. */
export function renderWarning(key: WarningKey, words: string): string {
  return `${key}: ${words}`;
}

/** null: a warning of a version that wrote no keys. */
export function keyOfWarning(warning: string): WarningKey | null {
  return warningKeys.find((key) => warning.startsWith(`${key}: `)) ?? null;
}
