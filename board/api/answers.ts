/** What the HTTP API answers; the OpenAPI document is made from it. A newer oact may add fields, so readers pass over those they do not know. */
import { z } from 'zod';

const text = z.string().nullable();
const number = z.number().nullable();
const whole = z.int().nullable();
/** ISO 8601, UTC. What another tool wrote into the table may be anything. */
const moment = z.string().nullable().meta({ description: 'ISO 8601, UTC' });

const recordShape = {
  id: z.int(),
  name: text,
  origIndex: whole,
  status: text.meta({ description: '`running` means claimed: queued, running or about to be settled' }),
  charge: whole,
  multiplicity: whole.meta({ description: '2S+1' }),
  errorMessage: text,
  finalEnergyHartree: number,
  jobDir: text,
};

const recordSchema = z
  .looseObject({
    ...recordShape,
    formula: text,
    atomCount: whole,
    failCount: z.int(),
    attempts: z.int().meta({ description: 'The number of the newest attempt; 0: none' }),
    queuedAt: moment,
    outcome: text,
    class: text,
    reason: text,
    node: text,
    slot: whole,
    allocationId: text,
    startedAt: moment,
    endedAt: moment,
    elapsedSeconds: number,
  })
  .meta({ description: 'A record with the newest of its attempts that ended' });

export const recordsSchema = z.looseObject({
  total: z.int().meta({ description: 'Records that match' }),
  records: z.array(recordSchema),
  next: whole.meta({ description: 'Give it as `after` to get the next page; null: this is the last one' }),
  doubts: z
    .array(z.string())
    .meta({ description: 'What of the question was not understood; it narrows nothing' }),
});

const attemptSchema = z.looseObject({
  attempt: z.int(),
  jobId: z.string(),
  queuedAt: z.string(),
  settledAt: moment,
  outcome: text,
  class: text,
  reason: text,
  node: text,
  slot: whole,
  cores: z.array(z.int()).nullable(),
  startedAt: moment,
  finishedAt: moment,
  elapsedSeconds: number,
  warnings: z.array(z.string()),
  retryOf: whole,
  notRetried: text,
});

export const recordDetailSchema = z
  .looseObject({
    ...recordShape,
    source: text,
    elements: text,
    failCount: whole,
    attempts: z.array(attemptSchema),
  })
  .meta({ description: 'A record with all its attempts, oldest first' });

export const countsSchema = z.looseObject({
  records: z.looseObject({
    to_run: z.int(),
    running: z.int(),
    completed: z.int(),
    failed: z.int(),
    timeout: z.int(),
    other: z.int(),
    total: z.int(),
  }),
  claimed: z
    .looseObject({
      queued: z.int(),
      putOff: z.int(),
      running: z.int(),
      toSettle: z.int(),
      elsewhere: z.int(),
    })
    .nullable()
    .meta({ description: 'Where the records with status `running` are; null: the queue cannot be asked' }),
  rate: z.looseObject({
    finished: z.int(),
    seconds: number,
    perHour: number,
    remaining: z.int(),
    capped: z.int(),
    etaSeconds: number,
  }),
});

export const eventsSchema = z.looseObject({
  events: z
    .array(z.looseObject({ kind: z.enum(['ended', 'batch', 'batch stopped']), at: z.string() }))
    .meta({ description: 'The newest first' }),
});

export const nodesSchema = z.looseObject({
  consumers: z
    .array(
      z.looseObject({
        id: z.string(),
        node: z.string(),
        allocationId: text,
        state: z.string(),
        slots: z.int(),
        busy: z.int(),
        startedAt: z.string(),
        seenAt: z.string(),
        endsAt: moment,
      }),
    )
    .nullable()
    .meta({ description: 'null: the queue cannot be asked' }),
  health: z
    .array(
      z.looseObject({
        node: z.string(),
        completed: z.int(),
        failed: z.int(),
        timedOut: z.int(),
        coreHours: number,
        lastEndedAt: moment,
        topClass: text,
      }),
    )
    .meta({ description: 'By the attempts that ended, over the whole campaign' }),
});

export const allocationsSchema = z.looseObject({
  allocations: z.array(
    z.looseObject({
      id: z.int(),
      entry: text,
      scheduler: z.string(),
      allocationId: text,
      state: z.string(),
      nodes: z.int(),
      walltimeSeconds: number,
      submittedAt: z.string(),
      startedAt: moment,
      endsAt: moment,
      endedAt: moment,
    }),
  ),
});

export const curvesSchema = z.looseObject({
  attempt: whole,
  scf: z.array(
    z.looseObject({ number: z.int(), iteration: z.int(), energyHartree: z.number(), changeHartree: number }),
  ),
  optimization: z.array(
    z.looseObject({ cycle: z.int(), energyHartree: number, maxGradient: number, rmsGradient: number }),
  ),
});

export const filesSchema = z.looseObject({
  attempt: whole,
  files: z.array(z.looseObject({ name: z.string(), bytes: z.int(), href: z.string() })),
});

export const geometrySchema = z.looseObject({
  origin: z.string(),
  atoms: z
    .array(z.tuple([z.string(), z.number(), z.number(), z.number()]))
    .meta({ description: 'Symbol and coordinates in ångström' }),
});

export const actionSchema = z.looseObject({
  dryRun: z.boolean(),
  count: whole.meta({ description: 'Of a dry run: records that would be changed' }),
  text: z.string(),
});

export const problemSchema = z
  .looseObject({ error: z.string() })
  .meta({ description: 'What happened, in a sentence' });
