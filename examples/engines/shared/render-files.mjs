// @ts-check
import { atomicNumberOf } from './elements.mjs';
import { fixed } from './format-text.mjs';

/** @typedef {import('./tell-run.mjs').Frame} Frame */

const bohrInAngstrom = 0.529177210903;

/**
 * One frame of an XYZ file, ångström.
 * @param {string} name of the run
 * @param {Frame} frame
 */
export function renderXyz(name, { atoms, energy }) {
  const rows = atoms.map(
    ({ symbol, x, y, z }) =>
      `  ${symbol.padEnd(4)}${[x, y, z].map((value) => fixed(value, 10, 18)).join('')}`,
  );
  return `${[atoms.length, `Coordinates from ORCA-job ${name} E ${fixed(energy, 12, 0)}`, ...rows].join('\n')}\n`;
}

const title = (/** @type {string} */ text) => `#\n# ${text}\n#\n`;

/**
 * Energy in Eh, gradient in Eh/bohr, coordinates in bohr.
 * @param {Frame} frame
 */
export function renderEngrad({ atoms, energy, gradient }) {
  const rows = atoms.map(
    ({ symbol, x, y, z }) =>
      `${String(atomicNumberOf(symbol) ?? 0).padStart(4)} ${[x, y, z].map((value) => fixed(value / bohrInAngstrom, 7, 13)).join('')}\n`,
  );
  return [
    title('Number of atoms'),
    ` ${atoms.length}\n`,
    title('The current total energy in Eh'),
    `${fixed(energy, 12, 21)}\n`,
    title('The current gradient in Eh/bohr'),
    ...(gradient ?? []).flat().map((value) => `${fixed(value, 12, 21)}\n`),
    title('The atomic numbers and current coordinates in Bohr'),
    ...rows,
  ].join('');
}
