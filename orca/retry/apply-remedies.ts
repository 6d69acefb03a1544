import type { Calculation } from '../../core/job/calculation.ts';
import type { Remedy } from '../../core/job/remedy.ts';
import { areRivals, isSameWord } from './converger-words.ts';

/**
 * The calculation with the words and SCF settings of the remedies. `fewer_ranks` is the slot's matter (ranks-of.ts),
 * `restart` the consumer's, who has the files.
 */
export function applyRemedies(calculation: Calculation, remedies: readonly Remedy[]): Calculation {
  let { keywords, blocks } = calculation;
  for (const remedy of remedies) {
    if (remedy.kind === 'words') keywords = changeWords(keywords, remedy);
    if (remedy.kind === 'scf') blocks = addSettings(blocks, remedy.settings);
  }
  return { ...calculation, keywords, blocks };
}

/** A word takes the place of the one it excludes. */
function changeWords(
  keywords: readonly string[],
  { add, remove }: Extract<Remedy, { kind: 'words' }>,
): string[] {
  let words = keywords.filter((word) => !remove.some((other) => isSameWord(word, other)));
  for (const added of add) {
    const place = words.findIndex((word) => areRivals(word, added));
    if (place === -1) words = [...words, added];
    else
      words = words.flatMap((word, index) => (index === place ? added : areRivals(word, added) ? [] : word));
  }
  return words;
}

/** A block of its own after the others: where both set a value, ORCA takes the later. */
function addSettings(blocks: readonly string[], settings: Readonly<Record<string, string>>): string[] {
  const lines = Object.entries(settings)
    .filter(([name, value]) => !/^maxiter$/i.test(name) || Number(value) > readMaxIterations(blocks))
    .map(([name, value]) => `  ${name} ${value}`);
  return lines.length === 0 ? [...blocks] : [...blocks, ['%scf', ...lines, 'end'].join('\n')];
}

/** A retry never gives the SCF fewer iterations than it had. 0: the input leaves them to ORCA. */
function readMaxIterations(blocks: readonly string[]): number {
  const found = blocks
    .filter((block) => /^\s*%\s*scf\b/i.test(block))
    .flatMap((block) => [...block.matchAll(/\bmaxiter\s+(\d+)/gi)].map(([, digits]) => Number(digits)));
  return found.at(-1) ?? 0;
}
