import { classifyWord } from '../input/known-words.ts';
import type { OrcaInput } from '../input/parse-input.ts';

/** What an input must have for a run to be spared. */
export type Need = { word: string } | { setting: Setting; is: '>=' | '<='; bound: number };

const settings = ['nprocs', 'maxcore', 'scf.maxiter', 'geom.maxiter'] as const;
type Setting = (typeof settings)[number];

/** `SlowConv`, `moread`, `maxcore>=3000`, `nprocs<=2`, `scf.MaxIter>=300`. Throws an Error for anything else. */
export function describeNeed(text: string): Need {
  const match = /^([\w.]+)(>=|<=)(\d+)$/.exec(text);
  const setting = settings.find((name) => name === match?.[1]?.toLowerCase());
  if (match && setting) return { setting, is: match[2] === '>=' ? '>=' : '<=', bound: Number(match[3]) };
  if (match === null && classifyWord(text) !== 'unknown') return { word: text.toLowerCase() };
  throw new Error(`needs:${text} is neither a word of the input nor a bound of ${settings.join(', ')}`);
}

/** ORCA's own value where the input names none. */
const defaults = { maxcore: 4000, scfIterations: 125, optimizationCycles: 50 };

export function isMet(need: Need, input: OrcaInput): boolean {
  if ('word' in need) return input.words.some((word) => word.toLowerCase() === need.word);
  const value = valueOf(need.setting, input);
  return need.is === '>=' ? value >= need.bound : value <= need.bound;
}

function valueOf(setting: Setting, input: OrcaInput): number {
  if (setting === 'nprocs') return input.processCount;
  if (setting === 'maxcore') return input.settings.maxcore ?? defaults.maxcore;
  if (setting === 'scf.maxiter') return input.settings.scfMaxIterations ?? defaults.scfIterations;
  return input.settings.optimizationMaxCycles ?? defaults.optimizationCycles;
}
