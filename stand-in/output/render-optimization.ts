import { fixed, integer } from './format-number.ts';
import { type ConvergenceRow, isMet } from '../chemistry/optimize-geometry.ts';

export function renderCycleHead(cycle: number): string {
  const bar = `         ${'*'.repeat(61)}`;
  return `
${bar}
         *                GEOMETRY OPTIMIZATION CYCLE ${integer(cycle, 3)}            *
${bar}
`;
}

export function renderRelaxationHead(atomCount: number, energyHartree: number, gradientNorm: number): string {
  const bar = '-'.repeat(78);
  return `${bar}
                         ORCA GEOMETRY RELAXATION STEP
${bar}

Reading the OPT-File                    .... done
Number of atoms                         .... ${integer(atomCount, 3)}
Current Energy                          .... ${fixed(energyHartree, 9, 14)} Eh
Current gradient norm                   .... ${fixed(gradientNorm, 9, 14)} Eh/bohr
Storing new coordinates                 .... done
`;
}

export function renderConvergence(rows: ConvergenceRow[]): string {
  const lines = rows.map(
    (row) =>
      `          ${row.item.padEnd(14)}${fixed(row.value, 10, 18)}${fixed(row.tolerance, 10, 24)}      ${isMet(row) ? 'YES' : 'NO'}\n`,
  );
  const rule = `          ${'-'.repeat(69)}`;
  return `
                                .--------------------.
          ----------------------|Geometry convergence|-------------------------
          Item                value                   Tolerance       Converged
${rule}
${lines.join('')}${rule}

`;
}

export const notYetConverged = 'The optimization has not yet converged - more geometry cycles are needed\n\n';

export const hurray = `
                    ***********************HURRAY********************
                    ***        THE OPTIMIZATION HAS CONVERGED     ***
                    *************************************************

`;

export function renderFinalEvaluation(cycles: number): string {
  const bar = `                 ${'*'.repeat(55)}`;
  return `${bar}
                 *** FINAL ENERGY EVALUATION AT THE STATIONARY POINT ***
                 ***               (AFTER ${integer(cycles, 4)} CYCLES)               ***
${bar}
`;
}

export const runDone = '                                *** OPTIMIZATION RUN DONE ***\n\n';

/** Printed instead of a final evaluation when the cycles ran out; the end is normal all the same. */
export const cyclesRanOut = `

    ----------------------------------------------------------------------------
                                  WARNING !!!
       The optimization did not converge but reached the maximum number of
       optimization cycles.
       Please check your results very carefully.
    ----------------------------------------------------------------------------


`;
