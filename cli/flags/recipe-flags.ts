import type { Command } from 'commander';
import type { RawConfig } from '../../core/config.ts';
import { wholeNumber } from './parse-flags.ts';

/** The ORCA flags of `enqueue`, `run` and `serve`; their names are the existing system's. */
export function addRecipeFlags(command: Command): Command {
  return command
    .optionsGroup('ORCA:')
    .option('--simple-input <recipe>', 'recipe: omol')
    .option('--functional <name>', 'density functional (default: wB97M-V)')
    .option('--actinide-basis <name>', 'basis of Ac to Lr, Fr and Ra (default: ma-def-TZVP)')
    .option('--actinide-ecp <name>', 'their effective core potential, or none (default: def-ECP)')
    .option('--non-actinide-basis <name>', 'basis of all other elements (default: def2-TZVPD)')
    .option('--scf-maxiter <n>', 'SCF iterations', wholeNumber(1))
    .option('--ks-method <method>', 'rks, uks or roks')
    .option('--optimizer <name>', 'orca: optimise the geometry (default: energy and gradient)')
    .option('--opt-level <level>', 'loose, normal, tight or verytight')
    .option('--nbo', 'natural bond orbital analysis')
    .option('--mbis', 'MBIS charges')
    .option('--kdiis', 'KDIIS instead of DIIS')
    .option('--rotate-index <which>', 'orbitals that a singlet actinide rotates: corrected or existing');
}

/** Flags that were given, under the names of the recipe options. */
export function recipeFromFlags(flags: Record<string, unknown>): RawConfig {
  const { simpleInput, scfMaxiter, ...rest } = flags;
  const same = [
    'functional',
    'actinideBasis',
    'actinideEcp',
    'nonActinideBasis',
    'ksMethod',
    'optimizer',
    'optLevel',
    'nbo',
    'mbis',
    'kdiis',
    'rotateIndex',
  ];
  return {
    recipe: simpleInput,
    scfMaxIterations: scfMaxiter,
    ...Object.fromEntries(same.map((name) => [name, rest[name]])),
  };
}
