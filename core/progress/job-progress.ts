import { z } from 'zod';

/** What a run does, in words for people. */
const runPhases = [
  'start',
  'integrals',
  'initial guess',
  'heavy-atom guess',
  'SCF',
  'correlation',
  'excited states',
  'gradient',
  'geometry step',
  'properties',
  'NBO',
  'response',
  'frequencies',
  'done',
  'error',
] as const;

export type RunPhase = (typeof runPhases)[number];

/** A value of the table of convergence and what it must fall below; Eh, Eh/bohr. */
const targetSchema = z.strictObject({ value: z.number(), target: z.number() });

/** How far the newest run in an output is, by its text alone. null: it does not say. */
const outputProgressSchema = z.strictObject({
  phase: z.enum(runPhases),
  /** Whose density is computed, in `heavy-atom guess`. */
  element: z.string().max(2).nullable(),
  scf: z
    .strictObject({
      /** Which SCF of the run, from 1. */
      number: z.int().positive(),
      /** As ORCA counts: from 1 in ORCA 6, from 0 before. */
      iteration: z.int().nonnegative(),
      limit: z.int().nullable(),
      /** From the iteration before, Eh; null in the first one. */
      energyChange: z.number().nullable(),
      converged: z.boolean().nullable(),
    })
    .nullable(),
  optimization: z
    .strictObject({
      /** Cycles begun. */
      cycle: z.int().positive(),
      limit: z.int().nullable(),
      /** Of the last cycle whose table was printed. In internal coordinates. */
      maxGradient: targetSchema.nullable(),
      rmsGradient: targetSchema.nullable(),
      energyChange: targetSchema.nullable(),
    })
    .nullable(),
  /** null where nobody can honestly say: an optimisation needs as many cycles as it needs. */
  share: z
    .strictObject({
      /** Between 0 and 1. */
      done: z.number(),
      /** Of the whole run, or of what: the displaced geometries of numerical derivatives. */
      of: z.enum(['run', 'displacements']),
    })
    .nullable(),
});

export type OutputProgress = z.infer<typeof outputProgressSchema>;

/** How far a running job is, as its consumer saw it last. */
export const jobProgressSchema = outputProgressSchema.extend({
  /** By the clock of its node. */
  seenAt: z.iso.datetime(),
  /** For how long neither its output nor that of a child run has grown. */
  silentSeconds: z.int().nonnegative(),
  /** Cores that its processes use, on average between the last two measurements; null: it is not known. */
  busyCores: z.number().nonnegative().nullable(),
  /** Since when it has written nothing and used no CPU; null: it is at work, or too short a time has passed. */
  stalledSince: z.iso.datetime().nullable(),
  /** It runs this much longer than 95 of 100 such jobs take; left out while it does not, and where nobody knows. */
  overdueSeconds: z.int().positive().optional(),
});

export type JobProgress = z.infer<typeof jobProgressSchema>;
