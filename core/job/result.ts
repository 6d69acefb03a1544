import { z } from 'zod';
import { OactError } from '../errors.ts';
import { outcomeSchema } from './outcome.ts';

/**
 * A result outlives the oact that wrote it: a field that is added below needs a default, and none is taken away. A change that older results
 * do not survive raises this number and reads the versions before; test/fixtures/released/ has results of each released version.
 */
export const resultVersion = 1;

/** What was read from the output of one attempt; null where the output does not say, or the oact that read it did not look. */
export const metricsSchema = z.object({
  finalEnergyHartree: z.number().nullable().default(null),
  /** Largest component of the Cartesian gradient, Eh/bohr: the last `MAX gradient` line. */
  maxGradientHartreePerBohr: z.number().nullable().default(null),
  /** Sum over all SCF procedures of the attempt. */
  scfCycles: z.int().nullable().default(null),
  /** Of each converged SCF procedure in order, of the last 10. */
  scfCyclesOfEach: z.array(z.int()).default([]),
  optimizationCycles: z.int().nullable().default(null),
  /** Of the last optimisation; null while it runs and where there is none. */
  optimizationConverged: z.boolean().nullable().default(null),
  /** Expectation value of <S**2>, and its deviation from the ideal value. */
  s2: z.number().nullable().default(null),
  s2Deviation: z.number().nullable().default(null),
  /** ORCA's `TOTAL RUN TIME`. */
  runTimeSeconds: z.number().nullable().default(null),
  /** ORCA's own `Sum of individual times`, not the elapsed time. */
  wallTimeSeconds: z.number().nullable().default(null),
  /** MPI ranks that ORCA says it used. */
  ranks: z.int().nullable().default(null),
  /** `orca 6.1.0`; `nwchem 7.0.2` of another engine in ORCA's place; `stand-in 6.1.0`, whose numbers are not chemistry. */
  program: z.string().nullable().default(null),
  warnings: z.array(z.string()).default([]),
});

/** What a run continued from, and what had been done by then: it need not be done again. */
const restartSchema = z.object({
  /** Directory of the earlier run, below the job directory. */
  from: z.string().min(1),
  /** Of all runs before it that led there. */
  scfCycles: z.int().nonnegative(),
  optimizationCycles: z.int().nonnegative(),
  /** Elapsed until their last orbitals or geometry were saved. */
  seconds: z.number().nonnegative(),
});

/** Fields that a newer oact has added are passed over. */
const resultSchema = z.object({
  v: z.literal(resultVersion),
  campaignId: z.string().min(1),
  recordId: z.int().positive(),
  attempt: z.int().positive(),
  outcome: outcomeSchema,
  ranOn: z.object({
    node: z.string(),
    allocationId: z.string().nullable().default(null),
    slot: z.int().nonnegative(),
    cores: z.array(z.int().nonnegative()),
  }),
  startedAt: z.iso.datetime(),
  finishedAt: z.iso.datetime(),
  metrics: metricsSchema,
  /** null: begun from scratch. */
  restart: restartSchema.nullable().default(null),
  /** Names of the files that the attempt left in its job directory. */
  files: z.array(z.string()).default([]),
});

export type Metrics = z.infer<typeof metricsSchema>;
export type Restart = z.infer<typeof restartSchema>;
export type JobResult = z.infer<typeof resultSchema>;

/**
 * Checks a result that comes from Redis or from a `result.json`.
 * @param source where it was found, for the message
 * @throws OactError RESULT_INVALID
 */
export function parseResult(value: unknown, source: string): JobResult {
  const parsed = resultSchema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw new OactError(
    'RESULT_INVALID',
    `${source} is not a result of version ${resultVersion}: ${z.prettifyError(parsed.error)}`,
  );
}

/**
 * The result in the text of a `result.json`.
 * @throws OactError RESULT_INVALID, naming the path
 */
export function parseResultText(text: string, path: string): JobResult {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new OactError('RESULT_INVALID', `${path} is ${text === '' ? 'empty' : 'cut short or not JSON'}`);
  }
  return parseResult(value, path);
}

/** What a run noted of its own restart; undefined when the note cannot be read. */
export function parseRestart(text: string): Restart | undefined {
  try {
    return restartSchema.parse(JSON.parse(text));
  } catch {
    return undefined;
  }
}
