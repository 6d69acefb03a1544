// @ts-check
import { exponential, fixed, heading, moduleHeading } from './format-text.mjs';

/** @param {number} count */
export function renderRanks(count) {
  if (count === 1) return '';
  const bar = `           ${'*'.repeat(60)}`;
  return `\n${bar}\n           *        Program running with ${count} parallel MPI-processes     *\n${bar}\n`;
}

export function renderScfHead() {
  const rule = '-'.repeat(80);
  return `${moduleHeading('SCF ITERATIONS')}${rule}
Iteration    Energy (Eh)           Delta-E    RMSDP     Error     Time(sec)
${rule}
`;
}

/**
 * @param {import('./engine.mjs').ScfRow} row
 * @param {boolean} isFirst its energy has changed from nothing
 */
export function renderScfRow(row, isFirst) {
  return `${[
    String(row.number).padStart(5),
    fixed(row.energy, 10, 25),
    exponential(isFirst ? 0 : row.change, 2, 13),
    exponential(row.density, 2, 10),
    exponential(row.error, 2, 10),
    fixed(row.seconds, 1, 9),
  ].join('')}\n`;
}

/**
 * @param {number} cycles
 * @param {boolean} converged
 */
export function renderScfEnd(cycles, converged) {
  const verdict = converged
    ? `SCF CONVERGED AFTER ${String(cycles).padStart(3)} CYCLES`
    : `SCF NOT CONVERGED AFTER ${String(cycles).padStart(3)} CYCLES`;
  const bar = `               ${'*'.repeat(53)}`;
  return `\n${bar}\n               *${verdict.padStart(25 + verdict.length / 2).padEnd(51)}*\n${bar}\n\n`;
}

/** @param {number} energy Eh */
export function renderTotalEnergy(energy) {
  return `${heading('TOTAL SCF ENERGY')}\nTotal Energy       : ${fixed(energy, 12, 24)} Eh\n\n`;
}

/**
 * @param {number} s2
 * @param {number} ideal
 */
export function renderSpin(s2, ideal) {
  return `${heading('UHF SPIN CONTAMINATION')}
Expectation value of <S**2>     : ${fixed(s2, 6, 12)}
Ideal value S*(S+1)             : ${fixed(ideal, 6, 12)}
Deviation                       : ${fixed(s2 - ideal, 6, 12)}

`;
}
