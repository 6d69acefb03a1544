import { z } from 'zod';
import { basisSetName, ecpName, inputWord } from './input-words.ts';

/** What a user may choose beside the recipe. Defaults stand in recipe-options.ts; a user recipe may bring others. */
export const chemistryFields = {
  functional: inputWord,
  /** Of Ac to Lr, and of Fr and Ra, which def2 does not cover either. */
  actinideBasis: basisSetName,
  /** null: all electrons. */
  actinideEcp: ecpName,
  nonActinideBasis: basisSetName,
  /** null: the recipe's own limit. */
  scfMaxIterations: z.int().positive().nullable(),
  nbo: z.boolean(),
  mbis: z.boolean(),
  /** KDIIS instead of DIIS. */
  kdiis: z.boolean(),
  /** null: energy and gradient at the given geometry. */
  optimizer: z.preprocess(
    (value) => (typeof value === 'string' && /^(?:none|single[-_]point)$/i.test(value) ? null : value),
    z.literal('orca', { error: (issue) => describeUnknownOptimizer(issue.input) }).nullable(),
  ),
  optLevel: z.enum(['loose', 'normal', 'tight', 'verytight']),
  ksMethod: z.enum(['rks', 'uks', 'roks']).nullable(),
  /** Singlets with an actinide start as UKS with HOMO and LUMO of one spin mixed; false: as ORCA starts them. */
  brokenSymmetry: z.boolean(),
  /**
   * Which orbitals that start rotates: `corrected` counts the electrons that the ECP leaves, `existing` counts
   * actinides with all electrons as the existing system does.
   */
  rotateIndex: z.enum(['corrected', 'existing']),
};

function describeUnknownOptimizer(name: unknown): string {
  if (name === 'sella') {
    return "the optimizer 'sella' is a Python program around ORCA that oact does not run; use 'orca' or none";
  }
  return `there is no optimizer '${String(name)}'; known: orca, none`;
}
