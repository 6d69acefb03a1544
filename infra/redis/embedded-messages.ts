import { z } from 'zod';

/** What the embedded server's process is told: a free port of 127.0.0.1 and the password to ask for. */
export const embeddedOrderSchema = z.strictObject({ port: z.int().positive(), password: z.string().min(1) });

/** What it says when it serves, or why it does not. */
export const embeddedAnswerSchema = z.discriminatedUnion('ready', [
  z.strictObject({ ready: z.literal(true) }),
  z.strictObject({ ready: z.literal(false), reason: z.string() }),
]);

export type EmbeddedAnswer = z.infer<typeof embeddedAnswerSchema>;
