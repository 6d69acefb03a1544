/** A named ORCA set-up of the existing system: its words and blocks, to the letter. */
export interface Recipe {
  /** Stands first on the `!` line where the recipe is a method of its own; null: the functional of the options. */
  readonly method: string | null;
  /**
   * Stands on the `!` line after the functional. Every element still gets its own basis in `%basis`, but a def2
   * word brings def2-ECP in for Rb to Rn and names what is left unsaid.
   */
  readonly basisWord: string | null;
  /** Words between the basis word and the run word (EnGrad, Opt, …). */
  readonly wordsBeforeRun: readonly string[];
  readonly wordsAfterRun: readonly string[];
  /** Whether `%basis` names a basis set for each element. */
  readonly assignsBasis: boolean;
  /** NONBO and NONPA are written unless an NBO analysis is asked for. */
  readonly silencesNbo: boolean;
  /** Semi-empirical: functional, basis sets, NBO, MBIS, KDIIS and the Kohn-Sham method mean nothing to it. */
  readonly isSemiEmpirical: boolean;
  /** Used unless the options name another limit; null: ORCA's own. */
  readonly scfMaxIterations: number | null;
  /** Blocks before `%basis`, in order. */
  blocks(scfMaxIterations: number | null): string[];
}

const accuracyWords = ['NoUseSym', 'DIIS', 'NOSOSCF', 'NormalConv', 'DEFGRID3', 'ALLPOP', 'NoTRAH'];

const propertyBlocks = [
  '%elprop Dipole true Quadrupole true end',
  '%output Print[P_ReducedOrbPopMO_L] 1 Print[P_ReducedOrbPopMO_M] 1 Print[P_BondOrder_L] 1 ' +
    'Print[P_BondOrder_M] 1 Print[P_Fockian] 1 Print[P_OrbEn] 2 Print[ P_Hirshfeld ] 1 end',
];

const levelShift = '  Shift Shift 0.1 ErrOff 0.1 end';

/** The blank after `%scf` is the existing system's: inputs of both stay equal byte by byte. */
function tightScf(scfMaxIterations: number | null, ...more: string[]): string {
  const limit = scfMaxIterations === null ? [] : [`  maxiter ${scfMaxIterations}`];
  return ['%scf ', '  Convergence Tight', ...limit, '  THRESH 1e-12', '  TCUT 1e-13', ...more, 'end'].join(
    '\n',
  );
}

/** The limit alone, for recipes that leave the rest of `%scf` to ORCA. */
export function limitScf(scfMaxIterations: number | null): string[] {
  return scfMaxIterations === null ? [] : [`%scf\n  maxiter ${scfMaxIterations}\nend`];
}

const omol: Recipe = {
  method: null,
  basisWord: 'def2-TZVPD',
  wordsBeforeRun: [],
  wordsAfterRun: ['RIJCOSX', 'def2/J', ...accuracyWords],
  assignsBasis: true,
  silencesNbo: true,
  isSemiEmpirical: false,
  scfMaxIterations: 500,
  blocks: (limit) => [tightScf(limit, levelShift, '  DIISMaxEq   7', '  Guess PModel'), ...propertyBlocks],
};

const omolBase: Recipe = {
  ...omol,
  scfMaxIterations: 600,
  blocks: (limit) => [tightScf(limit), ...propertyBlocks],
};

const x2c: Recipe = {
  ...omol,
  wordsBeforeRun: ['DLU-X2C'],
  wordsAfterRun: ['RIJCOSX', 'AutoAux', ...accuracyWords],
  blocks: (limit) => [
    '%rel \n  FiniteNuc     true\n  DLU         true\n  LightAtomThresh 0\nend',
    tightScf(limit, levelShift),
    ...propertyBlocks,
  ],
};

const dk3: Recipe = {
  ...omol,
  wordsBeforeRun: ['DKH'],
  wordsAfterRun: ['RIJCOSX', 'SARC/J', ...accuracyWords],
  // The empty line after `%rel` is the existing system's.
  blocks: (limit) => ['%rel \n  FiniteNuc     true\nend\n', tightScf(limit, levelShift), ...propertyBlocks],
};

/** For quick trials of a campaign: light elements only. */
const pm3: Recipe = {
  method: 'PM3',
  basisWord: null,
  wordsBeforeRun: [],
  wordsAfterRun: ['NoUseSym'],
  assignsBasis: false,
  silencesNbo: false,
  isSemiEmpirical: true,
  scfMaxIterations: null,
  blocks: limitScf,
};

/** The built-in recipes, by the name a user gives. */
export const recipes: Readonly<Record<string, Recipe>> = { omol, omol_base: omolBase, x2c, dk3, pm3 };

export const recipeNames: readonly string[] = Object.keys(recipes);

/** Whether the words ask for a scalar-relativistic Hamiltonian. */
export function isRelativistic({ wordsBeforeRun, wordsAfterRun }: Recipe): boolean {
  return [...wordsBeforeRun, ...wordsAfterRun].some((word) =>
    /^(?:(?:dlu-)?(?:x2c|dkh2?)|zora)$/i.test(word),
  );
}
