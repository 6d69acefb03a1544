import { describe, expect, it } from 'vitest';
import type { Remedy } from '../../../core/job/remedy.ts';
import { applyRemedies } from '../../../orca/retry/apply-remedies.ts';
import { findWordProblem } from '../../../orca/recipe/check-keywords.ts';
import { ranksOf } from '../../../orca/input/ranks-of.ts';
import { parseRecipeOptions } from '../../../orca/recipe/recipe-options.ts';
import { recipeNames } from '../../../orca/recipe/recipes.ts';
import { renderInput } from '../../../orca/input/render-input.ts';
import { resolveCalculation } from '../../../orca/input/resolve-calculation.ts';
import { retryDefaults } from '../../../orca/retry/retry-policy.ts';
import { addStep } from '../../../orca/retry/retry-step.ts';

const water = {
  atoms: [
    ['O', 0, 0, 0],
    ['H', 0, 0, 0.96],
    ['H', 0, 0.93, -0.24],
  ],
  charge: 0,
  multiplicity: 1,
} satisfies Parameters<typeof resolveCalculation>[0];

const calculationOf = (recipe: string) => resolveCalculation(water, parseRecipeOptions({ recipe }));
const words = (add: string[], remove: string[] = []): Remedy => ({ kind: 'words', add, remove });
const scf = (settings: Record<string, string>): Remedy => ({ kind: 'scf', settings });

describe('remedies in the input', () => {
  it('none changes nothing', () => {
    expect(applyRemedies(calculationOf('omol'), [])).toEqual(calculationOf('omol'));
  });

  it('a word takes the place of the one it excludes, or stands last', () => {
    const before = calculationOf('omol').keywords;
    const changed = applyRemedies(calculationOf('omol'), [
      words(['KDIIS', 'SlowConv', 'LShift'], ['NOTRAH']),
    ]);
    expect(before.join(' ')).toContain('DIIS NOSOSCF NormalConv DEFGRID3 ALLPOP NoTRAH');
    expect(changed.keywords.join(' ')).toContain('KDIIS NOSOSCF SlowConv DEFGRID3 ALLPOP NONBO');
    expect(changed.keywords.at(-1)).toBe('LShift');
    expect(changed.keywords).toHaveLength(before.length);
  });

  it('settings stand in a block of their own behind the others, so that they count', () => {
    const changed = applyRemedies(calculationOf('omol'), [
      scf({ MaxIter: '800', Shift: 'Shift 0.2 ErrOff 0.1 end' }),
    ]);
    expect(changed.blocks.at(-1)).toBe('%scf\n  MaxIter 800\n  Shift Shift 0.2 ErrOff 0.1 end\nend');
    expect(changed.blocks.slice(0, -1)).toEqual(calculationOf('omol').blocks);
  });

  it.each([
    ['omol', '500', false],
    ['omol', '501', true],
    ['omol_base', '500', false],
    ['pm3', '500', true],
  ])('the SCF of %s never gets fewer iterations than it had: MaxIter %s', (recipe, limit, isWritten) => {
    const { blocks } = applyRemedies(calculationOf(recipe), [scf({ MaxIter: limit })]);
    expect(blocks.includes(`%scf\n  MaxIter ${limit}\nend`)).toBe(isWritten);
  });

  it('every ladder leaves the science of every recipe as it is', () => {
    for (const recipe of recipeNames) {
      for (const [name, { ladder }] of Object.entries(retryDefaults)) {
        let remedies: Remedy[] = [];
        for (const step of ladder) {
          remedies = addStep(remedies, step);
          const before = calculationOf(recipe);
          const after = applyRemedies(before, remedies);
          expect(findWordProblem(after.keywords), `${recipe} ${name}`).toBeUndefined();
          const kept = before.keywords.filter((word) => !/DIIS|SOSCF|Conv$/i.test(word));
          expect(after.keywords).toEqual(expect.arrayContaining(kept));
          expect({ ...after, keywords: [], blocks: [] }).toEqual({ ...before, keywords: [], blocks: [] });
          expect(after.blocks.slice(0, before.blocks.length)).toEqual(before.blocks);
        }
      }
    }
  });

  it('is read back from the text that ORCA gets', () => {
    const calculation = applyRemedies(calculationOf('omol'), [words(['SlowConv']), scf({ DIISMaxEq: '15' })]);
    const input = renderInput(calculation, { ranks: 8, maxCoreMb: 8000 });
    expect(input).toMatch(/^! .*NOSOSCF SlowConv DEFGRID3/);
    expect(input).toContain('%scf\n  DIISMaxEq 15\nend\n%pal\n nprocs 8\nend\n%maxcore 8000');
  });
});

it.each([
  [16, 1, 16],
  [16, 0.5, 8],
  [16, 0.25, 4],
  [3, 0.5, 1],
  [1, 0.25, 1],
])('%d cores at a share of %d are %d ranks', (cores, share, ranks) => {
  expect(ranksOf(cores, share === 1 ? [] : [{ kind: 'fewer_ranks', share }])).toBe(ranks);
});
