import { describe, expect, it } from 'vitest';
import { buildRecipe } from '../../../orca/recipe/build-recipe.ts';
import { findEcpMismatch } from '../../../orca/recipe/match-ecp.ts';
import { parseRecipeOptions } from '../../../orca/recipe/recipe-options.ts';
import { parseUserRecipes } from '../../../orca/recipe/user-recipe.ts';

const userRecipes = parseUserRecipes({
  mixed: {
    extends: 'omol',
    basis: { I: 'def2-TZVP', W: 'x2c-TZVPall' },
    ecp: { I: 'def-ECP', W: 'def2-ECP' },
  },
  bare: { extends: 'omol', basis: { I: 'def2-TZVP' }, ecp: { I: 'none' } },
});

const kindOf = (symbol: string, options: Record<string, unknown>): string => {
  const parsed = parseRecipeOptions(options, userRecipes);
  const recipe = buildRecipe(parsed.recipe, parsed.definition) ?? expect.unreachable();
  return findEcpMismatch(symbol, recipe, parsed)?.kind ?? 'fits';
};

describe('basis and ECP of an element', () => {
  it.each<[symbol: string, options: Record<string, unknown>, kind: string]>([
    ['U', {}, 'fits'],
    ['U', { actinideEcp: 'none' }, 'doubtful'],
    ['U', { actinideEcp: 'none', actinideBasis: 'def-TZVP' }, 'doubtful'],
    ['Ra', { actinideEcp: 'none' }, 'doubtful'],
    ['U', { actinideEcp: 'none', actinideBasis: 'SARC-DKH-TZVP' }, 'fits'],
    ['U', { actinideBasis: 'SARC-DKH-TZVP' }, 'refused'],
    ['Np', { actinideBasis: 'ANO-RCC-Full' }, 'refused'],
    ['U', { actinideBasis: 'UGBS' }, 'fits'],
    ['U', { actinideEcp: 'SK-MCDHF-RSC' }, 'doubtful'],
    ['U', { actinideBasis: '/bases/mine.bas', actinideEcp: 'none' }, 'fits'],
    ['U', { recipe: 'x2c' }, 'fits'],
    ['U', { recipe: 'x2c', actinideEcp: 'none' }, 'doubtful'],
    ['U', { recipe: 'dk3', actinideEcp: 'none', actinideBasis: 'SARC-DKH-TZVP' }, 'fits'],
    ['U', { recipe: 'dk3', actinideBasis: 'SARC-DKH-TZVP' }, 'refused'],
    ['I', {}, 'fits'],
    ['W', {}, 'fits'],
    ['La', { recipe: 'omol_base' }, 'fits'],
    ['W', { nonActinideBasis: 'ma-def2-TZVP' }, 'fits'],
    ['W', { nonActinideBasis: 'def-TZVP' }, 'doubtful'],
    ['W', { nonActinideBasis: 'x2c-TZVPall' }, 'refused'],
    ['W', { nonActinideBasis: 'SARC-ZORA-TZVP' }, 'refused'],
    ['W', { recipe: 'x2c' }, 'doubtful'],
    ['I', { recipe: 'dk3' }, 'doubtful'],
    ['W', { recipe: 'x2c', nonActinideBasis: 'x2c-TZVPall' }, 'fits'],
    ['I', { recipe: 'mixed' }, 'doubtful'],
    ['W', { recipe: 'mixed' }, 'refused'],
    ['I', { recipe: 'bare' }, 'doubtful'],
    ['Kr', { nonActinideBasis: 'x2c-TZVPall' }, 'fits'],
    ['O', { recipe: 'x2c' }, 'fits'],
    ['W', { recipe: 'pm3' }, 'fits'],
  ])('%s with %j: %s', (symbol, options, kind) => {
    expect(kindOf(symbol, options)).toBe(kind);
  });
});
