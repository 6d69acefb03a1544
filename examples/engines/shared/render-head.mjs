// @ts-check
import { fixed, heading, starred } from './format-text.mjs';

/**
 * @typedef {import('./parse-input.mjs').Job} Job
 * @typedef {import('./engine.mjs').Place} Place
 */

/**
 * ORCA's banner, so that its readers know where a run begins, and at once a line that nobody can take for ORCA's.
 * @param {string} engine
 */
export function renderBanner(engine) {
  return `
                                 *****************
                                 * O   R   C   A *
                                 *****************

          ${engine} behind an ORCA-shaped front: this is not ORCA.
`;
}

/** @param {string} method */
export function renderMethod(method) {
  return `          Method in place of the input's: ${method}\n`;
}

/**
 * @param {string} engine
 * @param {string} version
 */
export function renderVersion(engine, version) {
  return `\n                         Program Version ${version}  -  ${engine}  -\n\n`;
}

/** @param {readonly string[]} warnings */
export function renderWarnings(warnings) {
  const rule = '='.repeat(80);
  const box = `${rule}\n                                        WARNINGS\n${rule}\n`;
  return `\n${box}${warnings.map((text) => `\nWARNING: ${text}\n`).join('')}\n`;
}

/**
 * The input as it was read, numbered.
 * @param {string} name
 * @param {string} text
 */
export function renderEcho(name, text) {
  const rule = '='.repeat(80);
  const lines = [...text.replaceAll('\r', '').trimEnd().split('\n'), '', '       ****END OF INPUT****'];
  const numbered = lines.map((line, index) => `|${String(index + 1).padStart(3)}> ${line}\n`).join('');
  return `${rule}\n                                       INPUT FILE\n${rule}\nNAME = ${name}\n${numbered}${rule}\n\n`;
}

const titles = {
  single_point: 'Single Point Calculation',
  gradient: 'Energy+Gradient Calculation',
  optimization: 'Geometry Optimization Run',
};

/** @param {Job} job */
export function renderTask(job) {
  const limit =
    job.runType === 'optimization'
      ? `Max. no of cycles        MaxIter  .... ${job.optimizationLimit}\n\n`
      : '';
  return `${starred(titles[job.runType])}\n${limit}`;
}

/** @param {readonly Place[]} atoms */
export function renderCoordinates(atoms) {
  const rows = atoms.map(
    ({ symbol, x, y, z }) =>
      `  ${symbol.padEnd(4)}${[x, y, z].map((value) => fixed(value, 6, 12)).join('')}\n`,
  );
  return `${heading('CARTESIAN COORDINATES (ANGSTROEM)')}${rows.join('')}\n`;
}

/** @param {Job} job */
export function renderSettings(job) {
  return `Number of atoms                             ... ${String(job.atoms.length).padStart(6)}

${heading('SCF SETTINGS')} Total Charge           Charge          .... ${String(job.charge).padStart(4)}
 Multiplicity           Mult            .... ${String(job.multiplicity).padStart(4)}
 Maximum # iterations   MaxIter         .... ${String(job.scfLimit).padStart(5)}

`;
}
