import { OactError } from '../../core/errors.ts';
import { isOrbitalBasisWord } from './basis-coverage.ts';

/** Words of which one at most may stand on the `!` line; lower case. */
const exclusive: readonly (readonly string[])[] = [
  'rks uks roks rhf uhf rohf',
  'sp energy engrad opt looseopt normalopt tightopt verytightopt copt zopt optts scants',
  'diis kdiis nodiis',
  'soscf nososcf',
  'trah notrah',
  'nbo nonbo',
  'npa nonpa',
  'mbis nombis',
  'usesym nousesym',
  'rijcosx norijcosx rijk rijonx nori',
  'defgrid1 defgrid2 defgrid3',
  'sloppyscf loosescf normalscf strongscf tightscf verytightscf extremescf',
  'easyconv normalconv slowconv veryslowconv',
  'x2c dlu-x2c dkh dkh2 dlu-dkh zora',
  'autostart noautostart',
  'd2 d3 d3bj d3zero d4 nl',
].map((words) => words.split(' '));

const runWords = new Set(exclusive[1]);
const restrictedWords = new Set(['rks', 'rhf']);
const unrestrictedWords = new Set(['uks', 'uhf']);

/**
 * What contradicts itself in the words of one `!` line; undefined when nothing does. ORCA ends at a word given
 * twice, and of two that exclude each other it obeys one without saying so.
 */
export function findWordProblem(words: readonly string[]): string | undefined {
  const lower = words.map((word) => word.toLowerCase());
  const twice = words.find((_, index) => lower.indexOf(lower[index] ?? '') < index);
  if (twice !== undefined) return `the word ${twice} stands twice`;
  const shown = (kept: (word: string) => boolean): string[] =>
    words.filter((word) => kept(word.toLowerCase()));
  const contradiction = exclusive
    .map((group) => shown((word) => group.includes(word)))
    .find((found) => found.length > 1);
  if (contradiction) return `the words ${contradiction.join(' and ')} contradict each other`;
  const bases = shown(isOrbitalBasisWord);
  if (bases.length > 1) return `the words ${bases.join(' and ')} name two basis sets`;
  if (lower.includes('engrad') && lower.some((word) => /^(?:num|an)?freq$/.test(word)))
    return 'the words EnGrad and Freq contradict each other: ORCA runs the gradient only';
  return undefined;
}

/** What a user recipe may not put on the `!` line, because something else decides it; undefined for other words. */
export function findReservedWord(word: string): string | undefined {
  const lower = word.toLowerCase();
  if (/^pal\d+$/.test(lower)) return `${word}: the slot decides how many ranks run`;
  if (['moread', 'noiter'].includes(lower)) return `${word}: oact writes what a restart needs`;
  if (runWords.has(lower)) return `${word}: use 'optimizer' and 'optLevel'`;
  if (isOrbitalBasisWord(word)) return `${word}: use 'basisWord'`;
  return undefined;
}

const isRestricted = (words: readonly string[]): boolean =>
  words.some((word) => restrictedWords.has(word.toLowerCase()));

export const isUnrestricted = (words: readonly string[]): boolean =>
  words.some((word) => unrestrictedWords.has(word.toLowerCase()));

/**
 * Refuses an open shell as RKS: ORCA would run UKS and say so in a line that nobody reads.
 * @throws OactError RECIPE_UNFIT
 */
export function checkShell(words: readonly string[], multiplicity: number): void {
  if (multiplicity === 1 || !isRestricted(words)) return;
  throw new OactError(
    'RECIPE_UNFIT',
    `multiplicity ${multiplicity} is an open shell, which RKS cannot describe`,
    {
      hint: "Use ksMethod 'uks' or 'roks' (--ks-method), or leave it out.",
    },
  );
}
