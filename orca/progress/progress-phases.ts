import type { RunPhase } from '../../core/progress/job-progress.ts';

/** A line with which a phase begins. */
interface PhaseSign {
  /** Lower case text of the line, letter case ignored. */
  readonly phrase: string;
  /** The rest of the line's form; without one the phrase is enough. */
  readonly pattern?: RegExp;
  readonly phase: RunPhase;
}

/**
 * Headings of the modules and of their parts, in ORCA 4, 5 and 6. In an optimisation, the later cycles print
 * few of them: the others name the phase then.
 */
export const phaseSigns: readonly PhaseSign[] = [
  { phrase: 'geometry optimization cycle', phase: 'integrals' },
  { phrase: 'orca gto integral calculation', phase: 'integrals' },
  { phrase: 'orca startup calculations', phase: 'integrals' },
  { phrase: 'orca relativistic hamiltonian', phase: 'integrals' },
  { phrase: 'orca guess', pattern: /^\s*ORCA GUESS\s*$/, phase: 'initial guess' },
  { phrase: 'initial guess: ', pattern: /^\s*INITIAL GUESS: /, phase: 'initial guess' },
  { phrase: 'returned from the atomic calculation', phase: 'initial guess' },
  { phrase: 'assumed electronic state with', phase: 'initial guess' },
  { phrase: 'orca lean-scf', pattern: /^\s*ORCA LEAN-SCF\s*$/, phase: 'SCF' },
  { phrase: 'scf iterations', pattern: /^\s*SCF ITERATIONS\s*$/, phase: 'SCF' },
  { phrase: 'orca  mp2', pattern: /^\s*ORCA {2}MP2\s*$/, phase: 'correlation' },
  { phrase: 'orca-casscf', pattern: /^\s*ORCA-CASSCF\s*$/, phase: 'correlation' },
  { phrase: 'orca-matrix driven ci', phase: 'correlation' },
  { phrase: 'orca td-dft', pattern: /^\s*ORCA TD-DFT(?:\/TDA)? CALCULATION\s*$/, phase: 'excited states' },
  { phrase: 'orca cis calculation', phase: 'excited states' },
  { phrase: 'orca rocis calculation', phase: 'excited states' },
  { phrase: ' gradient calculation', pattern: /^\s*ORCA .*GRADIENT CALCULATION\s*$/, phase: 'gradient' },
  { phrase: 'orca numerical gradient', phase: 'gradient' },
  { phrase: 'orca geometry relaxation step', phase: 'geometry step' },
  { phrase: ' population analysis *', phase: 'properties' },
  { phrase: 'orca property ', pattern: /ORCA property (?:integral )?calculations/i, phase: 'properties' },
  { phrase: 'orca electric properties', phase: 'properties' },
  { phrase: 'returned from  nbo', phase: 'properties' },
  { phrase: 'now starting nbo', phase: 'NBO' },
  { phrase: 'orca scf response', phase: 'response' },
  { phrase: 'orca cp-scf calculation', phase: 'response' },
  { phrase: 'orca scf hessian', phase: 'frequencies' },
  { phrase: 'orca numerical frequencies', phase: 'frequencies' },
  { phrase: 'vibrational frequencies', pattern: /^\s*VIBRATIONAL FREQUENCIES\s*$/, phase: 'frequencies' },
  { phrase: 'orca finished by error termination', phase: 'error' },
  { phrase: '.... aborting the run', phase: 'error' },
  { phrase: 'orca terminated normally', pattern: /\*\*\*\*ORCA TERMINATED NORMALLY/, phase: 'done' },
];
