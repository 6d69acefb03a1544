// @ts-check
import { chooseBases } from './choose-basis.mjs';

/** @typedef {import('../shared/parse-input.mjs').Job} Job */

const tasks = { single_point: 'energy', gradient: 'gradient', optimization: 'optimize' };

/**
 * @param {Job} job
 * @returns {string} the fixed method, for people
 */
export function describeMethod({ atoms }) {
  /** @type {Map<string, string[]>} */
  const elements = new Map();
  for (const [symbol, { label }] of chooseBases(atoms)) {
    elements.set(label, [...(elements.get(label) ?? []), symbol]);
  }
  return ['B3LYP', ...[...elements].map(([label, symbols]) => `${label} (${symbols.join(' ')})`)].join(', ');
}

/**
 * NWChem's input. Symmetry and centring stay off: gradient and geometry are those of the frame that was given.
 * @param {Job} job
 * @param {string} scratch absolute path without blanks
 */
export function renderNwchemInput(job, scratch) {
  const bases = chooseBases(job.atoms);
  const potentials = bases.flatMap(([symbol, { ecp }]) =>
    ecp === null ? [] : [`  ${symbol} library ${ecp}`],
  );
  return `${[
    'start nwchem',
    'title "an ORCA input, computed by NWChem"',
    `permanent_dir ${scratch}`,
    `scratch_dir ${scratch}`,
    `memory total ${job.maxCoreMb} mb`,
    `charge ${job.charge}`,
    'geometry units angstroms noautosym nocenter',
    ...job.atoms.map(({ symbol, position }) => `  ${symbol} ${position.join(' ')}`),
    'end',
    'basis spherical',
    ...bases.map(([symbol, { basis }]) => `  ${symbol} library ${basis}`),
    'end',
    ...(potentials.length === 0 ? [] : ['ecp', ...potentials, 'end']),
    'dft',
    '  xc b3lyp',
    `  mult ${job.multiplicity}`,
    `  iterations ${job.scfLimit}`,
    '  convergence energy 1e-6',
    'end',
    // NWChem does not count the first geometry.
    ...(job.runType === 'optimization'
      ? ['driver', `  maxiter ${Math.max(1, job.optimizationLimit - 1)}`, 'end']
      : []),
    `task dft ${tasks[job.runType]}`,
  ].join('\n')}\n`;
}
