import type { System } from '../chemistry/describe-system.ts';
import type { Dialect } from './dialect.ts';
import { exponential, fixed, integer } from './format-number.ts';

/** Energy above the final one in the first row, Eh: from a model guess, and from orbitals of a similar geometry. */
const guessErrorHartree = 1.6;
const restartErrorHartree = 4e-3;
const lastErrorHartree = 4e-10;

interface ScfCourse {
  iterations: number;
  /** False for an SCF that only swings. */
  converges: boolean;
  startsFromOrbitals: boolean;
}

/** Energy above the final one at an iteration, Eh; falls by a constant factor from row to row. */
export function scfErrorAt(iteration: number, course: ScfCourse): number {
  const first = course.startsFromOrbitals ? restartErrorHartree : guessErrorHartree;
  if (!course.converges) return 3e-3 * (iteration % 2 === 0 ? 1 : -1) + first * 0.6 ** iteration;
  const progress = course.iterations === 1 ? 1 : (iteration - 1) / (course.iterations - 1);
  return first * (lastErrorHartree / first) ** progress;
}

export function renderScfConverged(iterations: number): string {
  return `                 **** Energy Check signals convergence ****

               *****************************************************
               *                     SUCCESS                       *
               *           SCF CONVERGED AFTER ${integer(iterations, 3)} CYCLES          *
               *****************************************************

`;
}

export function renderScfNotConverged(iterations: number): string {
  return `
               *****************************************************
               *                      ERROR                        *
               *        SCF NOT CONVERGED AFTER ${integer(iterations, 3)} CYCLES         *
               *****************************************************

`;
}

const evPerHartree = 27.211386245988;

function renderBothUnits(hartree: number): string {
  return `${fixed(hartree, 14, 24)} Eh ${fixed(hartree * evPerHartree, 5, 22)} eV`;
}

/**
 * Before ORCA 6 a run whose SCF failed prints its energy with a warning, complains, and ends without a footer; the next
 * generation's module dies (scfNotConverged in module-death.ts).
 */
export function renderOldScfFailure(energyHartree: number): string {
  const energyBar = `${'-'.repeat(25)}   ${'-'.repeat(20)}`;
  const box = `     ${'-'.repeat(78)}`;
  return `${energyBar}
FINAL SINGLE POINT ENERGY ${fixed(energyHartree, 12, 21)}   (SCF not fully converged!)
${energyBar}


${box}
                                      ERROR
     This wavefunction IS NOT CONVERGED!
     You can't use it for properties or numerical calculations !
     Aborting the run ...
     Please restart calculation (with larger maxiter/different convergence flags)
${box}


`;
}

interface ScfResult {
  dialect: Dialect;
  energyHartree: number;
  lastChange: number;
  spinContamination: number;
  jobName: string;
  seconds: number;
}

export function renderScfResult(system: System, result: ScfResult): string {
  const isOld = result.dialect.generation < 6;
  return `Total energy after final integration           : ${fixed(result.energyHartree, 9, 16)} Eh
             **** ENERGY FILE WAS UPDATED (${result.jobName}.en.tmp) ****

----------------
TOTAL SCF ENERGY
----------------

Total Energy       : ${renderBothUnits(result.energyHartree)}

---------------
SCF CONVERGENCE
---------------

  Last Energy change         ...  ${exponential(result.lastChange, 4, 12)}  Tolerance :   1.0000e-08
  Last DIIS Error            ...    1.8000e-05  Tolerance :   5.0000e-07

${system.isUnrestricted ? renderSpin(system.input.multiplicity, result.spinContamination) : ''}
Total SCF time: 0 days 0 hours ${Math.floor(result.seconds / 60)} min ${Math.floor(result.seconds) % 60} sec
${isOld ? '' : `Finished LeanSCF after ${fixed(result.seconds, 1, 5)} sec\n`}
Maximum memory used throughout the entire ${result.dialect.scfModule}-calculation: 21.1 MB
`;
}

function renderSpin(multiplicity: number, contamination: number): string {
  const spin = (multiplicity - 1) / 2;
  const ideal = spin * (spin + 1);
  return `
----------------------
UHF SPIN CONTAMINATION
----------------------

Expectation value of <S**2>     : ${fixed(ideal + contamination, 6, 12)}
Ideal value S*(S+1) for S=${spin.toFixed(1)}   : ${fixed(ideal, 6, 12)}
Deviation                       : ${fixed(contamination, 6, 12)}
`;
}
