/** Parts of an input that tests vary. */
export interface InputParts {
  words?: string;
  blocks?: string;
  state?: string;
  atoms?: string;
  processCount?: number;
}

const neptuniumTrifluoride = `Np   0.0 0.0 0.0
F   0.0 0.0 2.06052
F   0.0 1.999332 -0.498989
F   1.893824 -0.641762 -0.498425`;

/** NpF3 as the omol recipe writes it: 60 electrons beside the core potential, a quintet. */
export function aGradientInput(parts: InputParts = {}): string {
  return `! wB97M-V def2-TZVPD ${parts.words ?? 'EnGrad'} RIJCOSX def2/J NoUseSym DIIS NOSOSCF NormalConv DEFGRID3 ALLPOP NoTRAH NONBO NONPA${' '}
%scf${' '}
  Convergence Tight
  maxiter 500
  THRESH 1e-12
  TCUT 1e-13
  Shift Shift 0.1 ErrOff 0.1 end
  DIISMaxEq   7
  Guess PModel
end
%elprop Dipole true Quadrupole true end
%output Print[P_ReducedOrbPopMO_L] 1 Print[ P_Hirshfeld ] 1 end
%basis
  NewGTO Np "ma-def-TZVP" end
  NewECP Np "def-ECP" end
  NewGTO F "def2-TZVPD" end
end
%pal
 nprocs ${parts.processCount ?? 1}
end
%maxcore 2000
${parts.blocks ?? ''}
*xyz ${parts.state ?? '0 5'}${' '}
${parts.atoms ?? neptuniumTrifluoride}
*
`;
}

/** Water with the basis of the `!` line alone. */
export function aWaterInput(parts: InputParts = {}): string {
  return `! B3LYP def2-SVP ${parts.words ?? ''}
${parts.blocks ?? ''}
* xyz ${parts.state ?? '0 1'}
${parts.atoms ?? 'O 0.0 0.0 0.06\nH 0.79 0.0 -0.5\nH -0.79 0.0 -0.5'}
*
`;
}
