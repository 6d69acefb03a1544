/** A named ORCA set-up of the existing system: its words and blocks, to the letter. */
export interface Recipe {
  /** Stands on the `!` line after the functional; every element still gets its own basis in `%basis`. */
  readonly basisWord: string;
  /** Words after functional and basis word. `runWord` is EnGrad, Opt, … */
  keywords(runWord: string): string[];
  /** Used unless the options name another limit. */
  readonly scfMaxIterations: number;
  /** Blocks before `%basis`, in order. */
  blocks(scfMaxIterations: number): string[];
}

const accuracyWords = ['NoUseSym', 'DIIS', 'NOSOSCF', 'NormalConv', 'DEFGRID3', 'ALLPOP', 'NoTRAH'];

const propertyBlocks = [
  '%elprop Dipole true Quadrupole true end',
  '%output Print[P_ReducedOrbPopMO_L] 1 Print[P_ReducedOrbPopMO_M] 1 Print[P_BondOrder_L] 1 ' +
    'Print[P_BondOrder_M] 1 Print[P_Fockian] 1 Print[P_OrbEn] 2 Print[ P_Hirshfeld ] 1 end',
];

const omol: Recipe = {
  basisWord: 'def2-TZVPD',
  keywords: (runWord) => [runWord, 'RIJCOSX', 'def2/J', ...accuracyWords],
  scfMaxIterations: 500,
  blocks: (scfMaxIterations) => [
    // The blank after `%scf` is the existing system's: inputs of both stay equal byte by byte.
    [
      '%scf ',
      '  Convergence Tight',
      `  maxiter ${scfMaxIterations}`,
      '  THRESH 1e-12',
      '  TCUT 1e-13',
      '  Shift Shift 0.1 ErrOff 0.1 end',
      '  DIISMaxEq   7',
      '  Guess PModel',
      'end',
    ].join('\n'),
    ...propertyBlocks,
  ],
};

/** Every recipe that can be resolved, by the name a person gives. */
export const recipes: Readonly<Record<string, Recipe>> = { omol };
