import { z } from 'zod';
import { isSection } from '../../core/config/config.ts';
import { durationSetting } from '../../core/config/duration-setting.ts';
import { type SchedulerName, schedulerNames } from '../schedulers.ts';

/** A value of a site with where it is from; both are null for a user's own. */
export interface Sourced<Value> {
  value: Value;
  /** An address, or `unverified`. */
  source: string | null;
  /** When the source was read, or last changed where that is known. */
  date: string | null;
}

/** Goes into comments of scripts. */
const oneLine = z.string().regex(/^[^\p{Cc}]+$/u, 'must be one line of text');

/** `cores: 64`, or `cores: {value: 64, source: …, date: 2026-07-22}`. */
function sourced<Value>(schema: z.ZodType<Value>): z.ZodOptional<z.ZodType<Sourced<Value>>> {
  return z
    .unknown()
    .transform((raw, context): Sourced<Value> => {
      const isWhole = isSection(raw) && 'value' in raw;
      const value = schema.safeParse(isWhole ? raw['value'] : raw);
      const origin = originSchema.safeParse(
        isWhole ? { ...raw, value: undefined } : { value: undefined, source: null, date: null },
      );
      for (const { error } of [value, origin])
        for (const { message, path } of error?.issues ?? [])
          context.addIssue({ code: 'custom', message, path: [...path] });
      return value.success && origin.success
        ? { value: value.data, source: origin.data.source, date: origin.data.date }
        : z.NEVER;
    })
    .optional();
}

const originSchema = z.strictObject({
  value: z.undefined(),
  source: oneLine.nullable(),
  date: z.iso.date().nullable(),
});

const count = z.int().nonnegative();
const words = z.array(z.string().min(1));
const walltime = durationSetting.refine((seconds) => seconds >= 60, 'must be at least 1m');

/** What a queue, partition or QOS grants. */
const limitSchema = z.strictObject({
  /** Of every queue, when it is not named. */
  queue: z.string().optional(),
  minNodes: z.int().positive().default(1),
  maxNodes: z.int().positive().nullable().default(null),
  /** Seconds. */
  maxWalltime: walltime,
});
export type Limit = z.infer<typeof limitSchema>;

/** A machine, as far as a script for it depends on it. What is left out is the scheduler's or oact's own default. */
export const siteSchema = z.strictObject({
  title: oneLine.optional(),
  /** Another site, whose fields hold where this one has none. */
  extends: z.string().optional(),
  scheduler: sourced(z.enum(schedulerNames)),
  /** Physical ones of a node. */
  cores: sourced(z.int().positive()),
  /** Of these; a consumer does not see them. */
  coresReservedBySystem: sourced(count),
  memoryGb: sourced(z.number().positive()),
  /** Slurm calls it a partition. */
  queue: sourced(z.string()),
  account: sourced(z.string()),
  qos: sourced(z.string()),
  constraint: sourced(z.string()),
  /** Further options of sbatch, flux batch or qsub. */
  directives: sourced(words),
  walltime: sourced(walltime),
  limits: sourced(z.array(limitSchema)),
  modules: sourced(words),
  /** Names of variables that a script gets from the shell it is submitted in; without it, the scheduler decides. */
  environment: sourced(words),
  scratch: sourced(z.string()),
  orcaPath: sourced(z.string()),
  coresPerSlot: sourced(z.int().positive()),
  /** Cores that oact leaves free, of those it sees. */
  reserveCores: sourced(count),
});

export type SiteFields = z.infer<typeof siteSchema>;

/** The names of values that have a source. */
export const sourcedFields = Object.keys(siteSchema.shape).filter(
  (name): name is SourcedField => name !== 'title' && name !== 'extends',
);
export type SourcedField = Exclude<keyof SiteFields, 'title' | 'extends'>;

/** A site with all that it inherits. */
export interface Site extends SiteFields {
  name: string;
  scheduler: Sourced<SchedulerName>;
}
