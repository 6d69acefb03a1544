import { type Command, Option } from 'commander';
import type { RawConfig } from '../../core/config/config.ts';
import { OactError } from '../../core/errors.ts';
import { wholeNumber } from './parse-flags.ts';

/** Flags of the existing system that only its Sella driver reads. */
const sellaFlags = ['--fmax <gradient>', '--max-opt-steps <n>', '--save-all-steps'].map((flag) =>
  new Option(flag).hideHelp(),
);

/** The ORCA flags of `enqueue`, `run` and `serve`; their names are the existing system's. */
export function addRecipeFlags(command: Command): Command {
  command
    .optionsGroup('ORCA:')
    .option('--simple-input <recipe>', 'recipe: omol, omol_base, x2c, dk3, pm3, or your own from oact.yaml')
    .option('--functional <name>', 'density functional (default: wB97M-V)')
    .option(
      '--actinide-basis <name>',
      'basis set, or basis file, for Ac to Lr, Fr and Ra (default: ma-def-TZVP)',
    )
    .option(
      '--actinide-ecp <name>',
      'effective core potential for these elements, or none (default: def-ECP)',
    )
    .option(
      '--non-actinide-basis <name>',
      'basis set, or basis file, for all other elements (default: def2-TZVPD)',
    )
    .option(
      '--scf-maxiter <n>',
      'maximum number of SCF iterations (default: from the recipe)',
      wholeNumber(1),
    )
    .option('--ks-method <method>', 'rks, uks or roks')
    .option('--optimizer <name>', 'orca (optimize the geometry) or none (energy and gradient; default)')
    .option('--opt-level <level>', 'loose, normal, tight or verytight')
    .option('--nbo', 'natural bond orbital analysis')
    .option('--mbis', 'MBIS charges')
    .option('--kdiis', 'KDIIS instead of DIIS')
    .option('--no-broken-symmetry', 'start actinide singlets as ORCA does, not as mixed UKS')
    .option('--rotate-index <which>', 'orbitals to rotate in the mixed start: corrected or existing');
  for (const option of sellaFlags) command.addOption(option);
  return command;
}

/** Flags that were given, under the names of the recipe options. */
export function recipeFromFlags(flags: Record<string, unknown>): RawConfig {
  const unsupported = sellaFlags.find((option) => flags[option.attributeName()] !== undefined);
  if (unsupported) {
    throw new OactError(
      'USAGE',
      `${unsupported.long} belongs to the Sella optimizer, which oact does not run`,
      {
        hint: 'Use --optimizer orca with --opt-level.',
      },
    );
  }
  const { simpleInput, scfMaxiter, brokenSymmetry, ...rest } = flags;
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
    // Commander says true where the flag is absent; that must not cover the campaign's setting.
    brokenSymmetry: brokenSymmetry === false ? false : undefined,
    ...Object.fromEntries(same.map((name) => [name, rest[name]])),
  };
}
