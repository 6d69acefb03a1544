// @ts-check
import { fixed, heading, moduleHeading } from './format-text.mjs';

/** @typedef {[number, number, number]} Vector */

/** @param {number} energy Eh */
export function renderFinalEnergy(energy) {
  const rule = `${'-'.repeat(25)}   ${'-'.repeat(20)}`;
  return `\n${rule}\nFINAL SINGLE POINT ENERGY ${fixed(energy, 12, 21)}\n${rule}\n\n`;
}

export function renderGradientHead() {
  return moduleHeading('ORCA SCF GRADIENT CALCULATION');
}

/**
 * @param {readonly string[]} symbols
 * @param {readonly Vector[]} gradient Eh/bohr
 */
export function renderGradient(symbols, gradient) {
  const rows = gradient.map(
    (vector, index) =>
      `${String(index + 1).padStart(4)}   ${(symbols[index] ?? '').padEnd(3)} :${vector.map((value) => fixed(value, 9, 15)).join('')}\n`,
  );
  const components = gradient.flat();
  const norm = Math.hypot(...components);
  const largest = components.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  return `${heading('CARTESIAN GRADIENT')}
${rows.join('')}
Norm of the Cartesian gradient     ... ${fixed(norm, 10, 15)}
RMS gradient                       ... ${fixed(norm / Math.sqrt(components.length), 10, 15)}
MAX gradient                       ... ${fixed(largest, 10, 15)}

`;
}

/** @param {number} cycle */
export function renderCycleHead(cycle) {
  const bar = `         ${'*'.repeat(61)}`;
  return `\n${bar}\n         *                GEOMETRY OPTIMIZATION CYCLE ${String(cycle).padStart(3)}            *\n${bar}\n`;
}

/** @param {readonly {item: string, value: number, tolerance: number}[]} rows */
export function renderStep(rows) {
  const rule = `          ${'-'.repeat(69)}`;
  const lines = rows.map(({ item, value, tolerance }) => {
    const verdict = Math.abs(value) <= tolerance ? 'YES' : 'NO';
    return `          ${item.padEnd(14)}${fixed(value, 10, 18)}${fixed(tolerance, 10, 24)}      ${verdict}\n`;
  });
  return `${moduleHeading('ORCA GEOMETRY RELAXATION STEP')}
                                .--------------------.
          ----------------------|Geometry convergence|-------------------------
          Item                value                   Tolerance       Converged
${rule}
${lines.join('')}${rule}

`;
}

/** @param {boolean} converged */
export function renderOptimizationEnd(converged) {
  if (!converged)
    return '\nThe optimization did not converge but reached the maximum number of\noptimization cycles.\n\n';
  return `
                    ***********************HURRAY********************
                    ***        THE OPTIMIZATION HAS CONVERGED     ***
                    *************************************************

                                *** OPTIMIZATION RUN DONE ***

`;
}
