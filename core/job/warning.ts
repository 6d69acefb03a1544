// The keys of what may be doubted in a result: they stand before the words, so that warnings can be searched and counted.

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
] as const;

export type WarningKey = (typeof warningKeys)[number];

/** A warning as a result carries it: `unstable: the wave function is unstable…`. */
export function renderWarning(key: WarningKey, words: string): string {
  return `${key}: ${words}`;
}

/** How results that were written before warnings had keys begin. */
const formerWords: readonly (readonly [RegExp, WarningKey])[] = [
  [/^computed by /, 'engine'],
  [/^<S\*\*2> /, 'spin'],
  [/^the largest gradient /, 'gradient'],
  [/^the final energy is marked|^an SCF on the way/, 'scf'],
  [/^the final energy is 0/, 'zero_energy'],
  [/^an optimization used up/, 'optimization_limit'],
  [/^the input asks for/, 'run_type'],
  [/earlier runs? in the same output/, 'earlier_runs'],
];

/** The key of a warning; undefined for words of another version. */
export function keyOfWarning(text: string): WarningKey | undefined {
  const key = /^([a-z0-9_]+): /.exec(text)?.[1];
  return warningKeys.find((known) => known === key) ?? formerWords.find(([words]) => words.test(text))?.[1];
}
