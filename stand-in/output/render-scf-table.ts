import type { Dialect } from './dialect.ts';
import { exponential, fixed, integer } from './format-number.ts';

const bar = '-'.repeat(91);

/** The head of the table of iterations. */
export function renderScfHead({ generation }: Dialect): string {
  if (generation < 6)
    return `
--------------
SCF ITERATIONS
--------------
ITER       Energy         Delta-E        Max-DP      RMS-DP      [F,P]     Damp
               ***  Starting incremental Fock matrix formation  ***
`;
  return `
${bar}
                                      ORCA LEAN-SCF
                              memory conserving SCF solver
${bar}

----------------------------------------D-I-I-S--------------------------------------------
Iteration    Energy (Eh)           Delta-E    RMSDP     MaxDP     DIISErr   Damp  Time(sec)
${bar}
               ***  Starting incremental Fock matrix formation  ***
`;
}

interface ScfRow {
  /** From 1. */
  iteration: number;
  energyHartree: number;
  previousHartree: number | undefined;
  error: number;
  seconds: number;
}

export function renderScfRow(row: ScfRow, { generation }: Dialect): string {
  const size = Math.sqrt(Math.abs(row.error));
  const change = row.previousHartree === undefined ? 0 : row.energyHartree - row.previousHartree;
  const damping = row.error > 0.05 ? 0.7 : 0;
  if (generation < 6) {
    // Counted from 0; columns touch where a number is wide, as in real outputs.
    return [
      integer(row.iteration - 1, 3),
      fixed(row.energyHartree, 10, 18),
      fixed(change, 12, 17),
      fixed(0.15 * size, 8, 11),
      fixed(0.008 * size, 8, 12),
      fixed(0.9 * size, 7, 11),
      fixed(damping, 4, 7),
      '\n',
    ].join('');
  }
  return [
    integer(row.iteration, 5),
    fixed(row.energyHartree, 16, 25),
    exponential(change, 2, 13),
    exponential(0.008 * size, 2, 10),
    exponential(0.15 * size, 2, 10),
    exponential(0.9 * size, 2, 10),
    fixed(damping, 3, 7),
    fixed(row.seconds, 1, 6),
    '\n',
  ].join('');
}

/** Remarks that ORCA prints between rows. */
export function renderScfRemark(iteration: number, { generation }: Dialect): string {
  if (iteration === 5 && generation === 6) return '                               ***Turning on AO-DIIS***\n';
  if (iteration === 2 && generation < 6) return '                               ***Turning on DIIS***\n';
  if (iteration % 20 !== 0) return '';
  return '               *** Restarting incremental Fock matrix formation ***\n                             ****Resetting DIIS****\n';
}
