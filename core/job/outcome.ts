import { z } from 'zod';

/** How an attempt ended. An interruption is not an outcome: the job goes back to the queue. */
export const outcomeSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('completed') }),
  z.strictObject({
    kind: z.literal('failed'),
    /** Failure class, e.g. `scf_not_converged`; the catalogue is in orca/failures/. */
    class: z.string().min(1),
    /** ORCA's own words, one line. */
    reason: z.string(),
    retryable: z.boolean(),
  }),
  z.strictObject({ kind: z.literal('timed_out'), reason: z.string() }),
]);

export type Outcome = z.infer<typeof outcomeSchema>;
