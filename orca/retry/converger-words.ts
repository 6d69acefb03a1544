/**
 * Words of the `!` line that say how the SCF gets to its solution, not which problem it solves; groups of which one at
 * most may stand. Accuracy (TightSCF, DEFGRID3), method and basis are none of them.
 */
const groups: readonly (readonly string[])[] = [
  ['DIIS', 'KDIIS', 'NoDIIS'],
  ['SOSCF', 'NOSOSCF'],
  ['TRAH', 'NoTRAH'],
  ['EasyConv', 'NormalConv', 'SlowConv', 'VerySlowConv'],
  ['Damp', 'NoDamp'],
  ['LShift', 'NoLShift'],
];

export const convergerWords: readonly string[] = groups.flat();

/** Settings of `%scf` of the same kind. `SThresh` leaves out nearly dependent basis functions: no default step has it. */
export const convergerSettings: readonly string[] = [
  'MaxIter',
  'Guess',
  'DIISStart',
  'DIISMaxEq',
  'DirectResetFreq',
  'Shift',
  'DampFac',
  'DampErr',
  'AutoTRAH',
  'AutoTRAHTol',
  'AutoTRAHIter',
  'SOSCFStart',
  'SOSCFMaxIt',
  'SThresh',
];

export const isSameWord = (one: string, other: string): boolean => one.toLowerCase() === other.toLowerCase();

/** Whether two words cannot stand on one `!` line, because they answer the same question. */
export function areRivals(one: string, other: string): boolean {
  const has = (group: readonly string[], word: string): boolean =>
    group.some((known) => isSameWord(known, word));
  return isSameWord(one, other) || groups.some((group) => has(group, one) && has(group, other));
}
