// @ts-check
import { explainDeath } from './explain-death.mjs';
import { createNwchemReader } from './read-nwchem.mjs';
import { describeMethod, renderNwchemInput } from './render-nwchem-input.mjs';

/** @type {import('../shared/engine.mjs').Engine} */
export const nwchem = {
  name: 'NWChem',
  programs: ['mpirun', 'nwchem'],
  outputName: 'nwchem.log',
  plan: (job) => ({
    method: describeMethod(job),
    remarks: [
      'orbitals are not kept: a restart goes on from the geometry alone',
      ...(job.multiplicity === 1 ? ['a singlet is computed spin restricted'] : []),
    ],
  }),
  prepare: (job, { scratch, mpiArguments }) => ({
    program: 'mpirun',
    args: ['-np', String(job.ranks), ...mpiArguments, 'nwchem', 'nwchem.nw'],
    files: { 'nwchem.nw': renderNwchemInput(job, scratch) },
  }),
  createReader: createNwchemReader,
  explainDeath,
};
