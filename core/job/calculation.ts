import { z } from 'zod';

/** Element symbol in its standard case and x, y, z in ångström. */
const atomSchema = z.tuple([z.string().regex(/^[A-Z][a-z]?$/), z.number(), z.number(), z.number()]);

/**
 * A recipe resolved for one record: all that ORCA needs but cores and memory, which the slot adds.
 * It lives in core because it travels inside the payload; only `orca/` makes and renders one.
 */
export const calculationSchema = z.strictObject({
  recipe: z.string().min(1),
  runType: z.enum(['single_point', 'gradient', 'optimization']),
  charge: z.int(),
  /** 2S+1 */
  multiplicity: z.int().min(1),
  atoms: z.array(atomSchema).min(1),
  /** Words of the `!` line, in order. */
  keywords: z.array(z.string().min(1)).min(1),
  /** Input blocks before `%pal` and `%maxcore`, each complete with its `end`. */
  blocks: z.array(z.string()),
  /** Input blocks after `%pal` and `%maxcore` (the order of the existing system's inputs). */
  blocksAfterResources: z.array(z.string()),
});

export type Atom = z.infer<typeof atomSchema>;
export type Calculation = z.infer<typeof calculationSchema>;
