import type { Atom, Calculation } from '../../core/job/calculation.ts';
import { blockNameOf } from '../recipe/check-block.ts';

/** What earlier runs of a record left that can be used. */
export interface RestartMaterial {
  /** A gbw file lies beside the input as `restart.gbw`. */
  orbitals: boolean;
  /** The geometry to continue from; null: that of the record. */
  atoms: readonly Atom[] | null;
  /** The optimizer's memory lies beside the input as `restart.opt`. */
  hessian: boolean;
}

/** Never `orca.gbw` or `orca.opt`: ORCA writes those, and refuses to read orbitals from its own file. */
export const restartOrbitalsName = 'restart.gbw';
export const restartHessianName = 'restart.opt';

/**
 * The same calculation, begun where an earlier run stopped: orbitals by MORead, an optimisation at its last geometry with its
 * Hessian (ORCA manual 6, geometry optimisations). Method and basis stay, and with them the result.
 */
export function applyRestart(calculation: Calculation, material: RestartMaterial): Calculation {
  const isOptimization = calculation.runType === 'optimization';
  const atoms = isOptimization && material.atoms !== null ? [...material.atoms] : calculation.atoms;
  const withGeometry = { ...calculation, atoms };
  const withHessian =
    isOptimization && material.atoms !== null && material.hessian ? readHessian(withGeometry) : withGeometry;
  return material.orbitals ? readOrbitals(withHessian) : withHessian;
}

/** With NoIter wrong orbitals would be taken for the result: linear dependencies may be treated otherwise (ORCA manual). */
function readOrbitals(calculation: Calculation): Calculation {
  const words = calculation.keywords.map((word) => word.toLowerCase());
  if (words.includes('noiter') || words.includes('moread')) return calculation;
  return {
    ...calculation,
    keywords: [...calculation.keywords, 'MORead'],
    blocks: [`%moinp "${restartOrbitalsName}"`, ...calculation.blocks.flatMap(continueScf)],
    blocksAfterResources: calculation.blocksAfterResources.flatMap(continueScf),
  };
}

/**
 * A guess named in the block would overrule MORead. Orbitals that were rotated once, to break a symmetry, would be rotated
 * back.
 */
function continueScf(block: string): string[] {
  if (blockNameOf(block) !== 'scf') return [block];
  const changed = block
    .replaceAll(/\bguess\s+\w+/gi, 'Guess MORead')
    .replaceAll(/\brotate\b(?:\s*\{[^}]*\})+\s*end\b/gi, '');
  return /^\s*%\s*scf\s+end\s*$/i.test(changed) ? [] : [changed];
}

/** Where the input has a `%geom` block, the words go into it: what a second one does is not documented. */
function readHessian(calculation: Calculation): Calculation {
  const words = `InHess Read InHessName "${restartHessianName}"`;
  const index = calculation.blocks.findIndex((block) => blockNameOf(block) === 'geom');
  const block = calculation.blocks[index];
  if (block === undefined)
    return { ...calculation, blocks: [`%geom\n ${words}\nend`, ...calculation.blocks] };
  if (/\binhess\b/i.test(block)) return calculation;
  const extended = block.replace(/^\s*%\s*geom\b/i, (head) => `${head} ${words}`);
  return { ...calculation, blocks: calculation.blocks.with(index, extended) };
}
