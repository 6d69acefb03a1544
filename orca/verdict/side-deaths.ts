// Modules that died in a run that continued.
import type { OutputFacts } from '../output/output-facts.ts';

/** Kinds of many steps that continue when one of them fails: structures, images, displacements, steps of a script. */
const manySteps = /goat|neb|numfreq|numgrad|compound|docker|solvator/;

/** The footers of modules in the run: in 605 real outputs none stands in a good one. */
export function listSideDeaths({ hits }: OutputFacts): string[] {
  return hits
    .filter(({ sign }) => /^orca finished (?:by error termination|with error return)/.test(sign.phrase))
    .map(({ text }) => text.trim());
}

export function survivesSteps({ kind, keywords }: OutputFacts): boolean {
  return manySteps.test(kind ?? '') || /\bnum(?:freq|grad)\b/i.test(keywords ?? '');
}
