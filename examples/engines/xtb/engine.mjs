// @ts-check
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { noBasis, unknownWords } from '../shared/input-error.mjs';
import { createXtbReader, readGradientFile } from './read-xtb.mjs';

/** @typedef {import('../shared/parse-input.mjs').Job} Job */

/** The parameters of GFN2 end with radon. */
const lastElement = 86;

/**
 * @param {Job} job
 * @throws {InputError} for actinides, and for an optimisation
 */
function plan(job) {
  const index = job.atoms.findIndex(({ atomicNumber }) => atomicNumber > lastElement);
  const heavy = job.atoms[index];
  if (heavy)
    throw noBasis(index, heavy.symbol, `GFN2-xTB has parameters for H to Rn, and none for ${heavy.symbol}.`);
  if (job.runType === 'optimization') throw unknownWords(['Opt']);
  return {
    method: 'GFN2-xTB',
    remarks: [
      'xtb has threads in place of MPI ranks',
      'the energies of the iterations lack the repulsion of the atoms',
    ],
  };
}

/** @param {Job} job */
function renderXyz({ atoms }) {
  const rows = atoms.map(({ symbol, position }) => `${symbol} ${position.join(' ')}`);
  return `${[atoms.length, 'an ORCA input, computed by xtb', ...rows].join('\n')}\n`;
}

/** @type {import('../shared/engine.mjs').Engine} */
export const xtb = {
  name: 'xtb',
  programs: ['xtb'],
  outputName: 'xtb.log',
  plan,
  prepare: (job, { scratch }) => ({
    program: 'xtb',
    args: [
      'xtb.xyz',
      '--gfn',
      '2',
      '--chrg',
      String(job.charge),
      '--uhf',
      String(job.multiplicity - 1),
      '--iterations',
      String(job.scfLimit),
      ...(job.runType === 'gradient' ? ['--grad'] : []),
    ],
    // It leaves a handful of files where it works.
    cwd: scratch,
    files: { [path.join(scratch, 'xtb.xyz')]: renderXyz(job) },
    env: { OMP_NUM_THREADS: String(job.ranks) },
  }),
  createReader: createXtbReader,
  collect: (scratch) => {
    const file = path.join(scratch, 'gradient');
    if (!existsSync(file)) return [];
    return [
      { kind: 'gradient begins' },
      { kind: 'gradient', vectors: readGradientFile(readFileSync(file, 'utf8')) },
    ];
  },
  explainDeath: ({ code, signal, lastLines }) => {
    // The last of its numbered lines names the cause.
    const cause = lastLines.findLast((line) => /^-\d+- /.test(line))?.replace(/^-\d+- /, '');
    return `[file orca_xtb]: Error (XTB): ${cause ?? (signal === null ? `exit code ${code}` : `signal ${signal}`)}\n`;
  },
};
