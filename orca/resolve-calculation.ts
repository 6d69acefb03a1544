import type { Calculation } from '../core/calculation.ts';
import { OactError } from '../core/errors.ts';
import type { Structure } from './check-structure.ts';
import { checkStructure } from './check-structure.ts';
import { takesActinideBasis } from './core-electrons.ts';
import { isActinide } from './elements.ts';
import type { RecipeOptions } from './recipe-options.ts';
import { recipes } from './recipes.ts';
import { renderRotateBlock } from './render-rotate-block.ts';

const runWords = { loose: 'LooseOpt', normal: 'Opt', tight: 'TightOpt', verytight: 'VeryTightOpt' } as const;

const nboBlock = '%nbo NBOKEYLIST = "$NBO NPA NBO E2PERT 0.1 $END" end';

/**
 * All that ORCA needs for one record, but cores and memory: the words and blocks of the existing system in
 * its order. Elements stand in `%basis` in the order of their first appearance, so equal records give equal
 * inputs (the existing system's order is random).
 *
 * A singlet with an actinide is started as a broken-symmetry UKS, so `rks` and `roks` are refused for it; the
 * existing system writes both words.
 * @throws OactError STRUCTURE_INVALID for data ORCA cannot run, RECIPE_INVALID for options that contradict it
 */
export function resolveCalculation(structure: Structure, options: RecipeOptions): Calculation {
  checkStructure(structure);
  const { charge, multiplicity } = structure;
  const recipe = recipes[options.recipe];
  if (recipe === undefined) throw new OactError('RECIPE_INVALID', `there is no recipe '${options.recipe}'`);
  const atoms = [...structure.atoms];
  const isSingletActinide = multiplicity === 1 && atoms.some(([symbol]) => isActinide(symbol));
  if (isSingletActinide) checkKsMethod(options);

  return {
    recipe: options.recipe,
    runType: options.optimizer === 'orca' ? 'optimization' : 'gradient',
    charge,
    multiplicity,
    atoms,
    keywords: [
      options.functional,
      recipe.basisWord,
      ...recipe.keywords(options.optimizer === 'orca' ? runWords[options.optLevel] : 'EnGrad'),
      ...(options.nbo ? [] : ['NONBO', 'NONPA']),
      ...(options.mbis ? ['MBIS'] : []),
      ...kohnShamWords(options, isSingletActinide),
    ].map((word) => (options.kdiis && word === 'DIIS' ? 'KDIIS' : word)),
    blocks: [
      ...recipe.blocks(options.scfMaxIterations ?? recipe.scfMaxIterations),
      renderBasisBlock(structure, options),
    ],
    blocksAfterResources: [
      ...(options.nbo ? [nboBlock] : []),
      ...(isSingletActinide ? [renderRotateBlock(atoms, charge, options)] : []),
    ],
  };
}

function kohnShamWords({ ksMethod }: RecipeOptions, isSingletActinide: boolean): string[] {
  if (ksMethod !== null) return [ksMethod.toUpperCase()];
  return isSingletActinide ? ['UKS'] : [];
}

function checkKsMethod({ ksMethod }: RecipeOptions): void {
  if (ksMethod === null || ksMethod === 'uks') return;
  throw new OactError(
    'RECIPE_INVALID',
    `ksMethod '${ksMethod}' contradicts the broken-symmetry UKS start of a singlet with an actinide`,
    { hint: "Leave ksMethod out, or use 'uks'." },
  );
}

function renderBasisBlock({ atoms }: Structure, options: RecipeOptions): string {
  const elements = new Set(atoms.map(([symbol]) => symbol));
  const lines = [...elements].flatMap((symbol) => {
    if (!takesActinideBasis(symbol)) return [`  NewGTO ${symbol} "${options.nonActinideBasis}" end`];
    const basis = `  NewGTO ${symbol} "${options.actinideBasis}" end`;
    return options.actinideEcp === null
      ? [basis]
      : [basis, `  NewECP ${symbol} "${options.actinideEcp}" end`];
  });
  return ['%basis', ...lines, 'end'].join('\n');
}
