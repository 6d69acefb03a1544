import { z } from 'zod';

/**
 * What a retry does otherwise than the attempt before it. Method and basis are no remedies: they would change the science.
 * - `restart`: begin with orbitals, or with the last geometry and its Hessian, of the record's earlier runs
 * - `words`: keywords of the `!` line added and taken away
 * - `scf`: settings of the `%scf` block, e.g. `MaxIter: '500'`
 * - `fewer_ranks`: that part of the slot's cores as ranks, each with so much more memory
 */
const remedySchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('restart'), orbitals: z.boolean(), geometry: z.boolean() }),
  z.strictObject({ kind: z.literal('words'), add: z.array(z.string()), remove: z.array(z.string()) }),
  z.strictObject({ kind: z.literal('scf'), settings: z.record(z.string(), z.string()) }),
  z.strictObject({ kind: z.literal('fewer_ranks'), share: z.number().positive().max(1) }),
]);

export const remediesSchema = z.array(remedySchema);

export type Remedy = z.infer<typeof remedySchema>;

/** Remedies from their JSON text; null, and text that does not parse, is none. */
export function parseRemedies(text: string | null): Remedy[] {
  try {
    return remediesSchema.parse(JSON.parse(text ?? '[]'));
  } catch {
    return [];
  }
}
