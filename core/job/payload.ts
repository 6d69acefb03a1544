import { z } from 'zod';
import { calculationSchema } from './calculation.ts';
import { OactError } from '../errors.ts';
import { remediesSchema } from './remedy.ts';

/**
 * Changing a field below? Raise this, keep reading the versions before, and add a fixture to test/fixtures/released/: jobs wait on
 * the queue while oact is upgraded. Version 1 carried the job directory as an absolute path of the producer's machine, version 2 nothing of `retry`, version 3 nothing
 * of `expected`.
 */
export const payloadVersion = 4;

/** Those that are read. */
export const payloadVersions = [1, 2, 3, payloadVersion] as const;

const payloadSchema = z.strictObject({
  v: z.literal(payloadVersions),
  recordId: z.int().positive(),
  /** The chemist's own name of the record, for logs; null: it has none. */
  name: z.string().nullable().default(null),
  /** Counted from 1. */
  attempt: z.int().positive(),
  campaignId: z.string().min(1),
  /** Relative to the job root, which each node resolves for itself (`jobDirOf`); in version 1 absolute. */
  jobDir: z.string().min(1),
  lane: z.string().min(1),
  calculation: calculationSchema,
  /** What this attempt does otherwise than the one before it; empty for a first attempt. */
  remedies: remediesSchema.default([]),
  /** Of a retry after a failure that may have been the node's; null: it is none. */
  retry: z
    .strictObject({
      /** Why it follows the attempt before it, in words. */
      after: z.string(),
      /** Nodes that another one is preferred to, while there is one. */
      avoidNodes: z.array(z.string()),
      /** From then on they take it like any other; ISO 8601 UTC. */
      avoidUntil: z.iso.datetime(),
    })
    .nullable()
    .default(null),
  /** The job's own limit; ORCA is stopped when it is over. */
  timeLimitSeconds: z.number().positive(),
  /** What the job is expected to need; it starts only if that much walltime is left. */
  timeRequestSeconds: z.number().nonnegative(),
  /** How long it will take by the campaign's ended runs; null: nobody knows. It is a guess, and bounds nothing by itself. */
  expected: z
    .strictObject({
      /** Half of such jobs are done by then. */
      medianSeconds: z.number().positive(),
      /** 95 of 100 are done by then; null: no such time can be named. */
      upperSeconds: z.number().positive().nullable(),
    })
    .nullable()
    .default(null),
  /** Of the producer, over all other fields: core/payload-signature.ts. */
  signature: z.string().max(200).optional(),
});

export type JobPayload = z.infer<typeof payloadSchema>;

const checkedSchema = payloadSchema.superRefine(({ v, jobDir }, context) => {
  const isFit = v === 1 ? jobDir.startsWith('/') : isPlainPath(jobDir);
  if (!isFit)
    context.addIssue({
      code: 'custom',
      path: ['jobDir'],
      message: v === 1 ? 'not an absolute path' : 'not a plain path below the job root',
    });
});

/** A path that stays below whatever it is joined to. */
function isPlainPath(path: string): boolean {
  return !path.includes('\0') && path.split('/').every((part) => !['', '.', '..'].includes(part));
}

/**
 * Checks a payload at the consumer's door.
 * @throws OactError PAYLOAD_VERSION when the producer is newer, PAYLOAD_INVALID for all else
 */
export function parsePayload(value: unknown): JobPayload {
  const version = z.object({ v: z.unknown() }).safeParse(value).data?.v;
  if (typeof version === 'number' && version > payloadVersion) {
    throw new OactError(
      'PAYLOAD_VERSION',
      `the payload has version ${version}, but this consumer reads versions up to ${payloadVersion}`,
      {
        hint: 'Run producer and consumers from the same installation of oact.',
      },
    );
  }
  const parsed = checkedSchema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw new OactError('PAYLOAD_INVALID', `the payload is invalid: ${z.prettifyError(parsed.error)}`);
}

/** The BullMQ job id of one attempt. A repeated add with the same id is a no-op in Redis. */
export function jobIdOf(recordId: number, attempt: number): string {
  return `c${recordId}-a${attempt}`;
}

/** The record and attempt of a job id, or undefined for an id that oact did not make. */
export function parseJobId(jobId: string): { recordId: number; attempt: number } | undefined {
  const match = /^c([1-9]\d*)-a([1-9]\d*)$/.exec(jobId);
  return match ? { recordId: Number(match[1]), attempt: Number(match[2]) } : undefined;
}
