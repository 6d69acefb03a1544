import { z } from 'zod';
import { durationSetting } from './duration-setting.ts';
import { OactError } from '../errors.ts';
import { defaultKeptSettled } from '../job/queue-names.ts';
import { warningKeys } from '../job/warning.ts';
import { allocationSettingsSchema } from './allocation-settings.ts';
import { lanesSchema } from './lane-settings.ts';
import { hookEvents, hookSettingsSchema } from './hook-settings.ts';
import { explainIssues } from './mistakes/explain-issues.ts';
import { isSchedulerVariable } from './scheduler-variables.ts';

/** CPU numbers as the kernel and taskset write them, `0,8,16-17`, or as a list. */
const cpuNumbers = z
  .union([z.int().nonnegative(), z.array(z.int().nonnegative()), z.string()])
  .transform((value, context) => {
    if (typeof value === 'number') return [value];
    if (typeof value !== 'string') return value;
    const parts = value.split(',').map((part) => /^\s*(\d{1,5})(?:-(\d{1,5}))?\s*$/.exec(part));
    if (value.trim() === '') return [];
    return parts.flatMap((match) => {
      const first = Number(match?.[1]);
      const last = Number(match?.[2] ?? match?.[1]);
      if (match && first <= last)
        return Array.from({ length: last - first + 1 }, (_, index) => first + index);
      context.addIssue({
        code: 'custom',
        message: `'${value}' is not a list of CPU numbers; write 0,8,16-17`,
      });
      return [];
    });
  });

const splitWords = (text: string): string[] => text.split(/[\s,]+/).filter((name) => name !== '');

/** Names of variables, or the beginning of names with a `*` behind it; in a variable divided by commas. */
const variableNames = z
  .union([z.array(z.string()), z.string().transform(splitWords)])
  .superRefine((names, context) => {
    for (const name of names) {
      const why = !/^[A-Za-z_][A-Za-z0-9_]*\*?$/.test(name)
        ? 'is not the name of a variable; write OMPI_MCA_btl or UCX_*'
        : isSchedulerVariable(name) || name.startsWith('PMI_')
          ? "belongs to the scheduler's allocation; with it, ORCA's mpirun hangs or runs on another node"
          : undefined;
      if (why !== undefined) context.addIssue({ code: 'custom', message: `'${name}' ${why}` });
    }
  });

/** `true` and `false`, and as a variable can hold them. */
const switchable = z.union([z.boolean(), z.stringbool()], { error: 'must be true or false' });

/**
 * The keys of `oact.yaml`, with their defaults. Durations are written `20h` and read as seconds.
 * `recipe` is checked by `orca/recipe/recipe-options.ts`, which core may not import.
 */
export const configSchema = z.strictObject({
  campaign: z.string().regex(/^[0-9a-f]{8}$/, 'must be the eight hexadecimal digits that oact init wrote'),
  database: z.string().min(1).default('workflow.db'),
  jobRoot: z.string().min(1).default('jobs'),
  jobDirPattern: z.string().min(1).default('job_{orig_index}'),
  recipe: z.record(z.string(), z.unknown()).default({}),
  /** Recipes of the user's own, by name; checked by `orca/recipe/user-recipe.ts`. */
  recipes: z.record(z.string(), z.unknown()).default({}),
  /** Machines of the user's own, by name; checked by `scheduler/sites/merge-sites.ts`. */
  sites: z.record(z.string(), z.unknown()).default({}),
  job: z
    .strictObject({
      /** The job's own limit: the existing system's default of 72,000 s. */
      timeLimit: durationSetting.refine((seconds) => seconds > 0, 'must be greater than 0').prefault('20h'),
      timeRequest: durationSetting.prefault('0'),
      maxFailCount: z.int().positive().nullable().default(null),
      /** Times a job may vanish with its node, and faults it may meet, before it is taken for the cause. */
      crashLimit: z.int().positive().default(5),
      /** What orca.out, and orca.err, may grow to before the job is stopped, MB. */
      outputLimitMb: z.int().positive().default(10_000),
      /** What all files of one run may take, MB. */
      runLimitMb: z.int().positive().default(1_000_000),
      /** Whether an interrupted job continues from the orbitals and the geometry that it left. */
      restart: z.boolean().default(true),
    })
    .prefault({}),
  retry: z
    .strictObject({
      /** Whether failed attempts are followed by others; the catalogue in orca/failures/ says which. */
      enabled: switchable.default(true),
      /** Retries of one record, of all classes together. */
      maxPerRecord: z.int().nonnegative().default(4),
      /** How long a retry waits after a failure that may pass by itself, doubled from failure to failure; 0: not at all. */
      backoffFirst: durationSetting.prefault('30s'),
      backoffLongest: durationSetting.prefault('1h'),
      /** Changes of the table by failure class; checked by `orca/retry/retry-policy.ts`. */
      classes: z.record(z.string(), z.unknown()).default({}),
    })
    .prefault({}),
  /** Warnings that no completed record may have: a result with one of them is failed as doubtful_result. */
  strict: z
    .union([z.array(z.string()), z.string().transform(splitWords)])
    .pipe(z.array(z.enum(warningKeys)))
    .prefault([]),
  /** How far <S**2> may lie from its ideal value before a result is doubted. */
  spin: z
    .strictObject({
      light: z.number().nonnegative().default(0.1),
      /** From lanthanum on. */
      heavy: z.number().nonnegative().default(0.3),
    })
    .prefault({}),
  batch: z
    .strictObject({
      /** A batch whose first jobs, that many, all die alike is stopped, and so are four times as many in a row later; 0: never. */
      stopAfter: z.int().nonnegative().default(5),
    })
    .prefault({}),
  queue: z
    .strictObject({
      /** Jobs that may wait in Redis (2.2 KB each); the backlog stays in the database. */
      highWater: z.int().positive().default(10_000),
      /** Settled jobs that Bull Board shows under Completed, and as many under Failed; 0: none. */
      keepSettled: z.int().nonnegative().default(defaultKeptSettled),
    })
    .prefault({}),
  redis: z
    .strictObject({
      url: z.string().nullable().default(null),
      /** The password of `url`, in a file that only its owner may read. */
      passwordFile: z.string().nullable().default(null),
    })
    .prefault({}),
  orca: z.strictObject({ path: z.string().nullable().default(null) }).prefault({}),
  node: z
    .strictObject({
      slots: z.int().positive().nullable().default(null),
      coresPerSlot: z.int().positive().nullable().default(null),
      /** Cores that slots leave free, at least; where, is chosen so that the slots come out best. */
      reserveCores: z.int().nonnegative().default(0),
      /** These among them, by CPU number: `0,8,16-17`. */
      reservedCores: cpuNumbers.prefault([]),
      /** The part of the node's memory that slots share; the rest is for the system and file caches. */
      memoryShare: z.number().min(0.05).max(1).default(0.92),
      /** How long running jobs may continue after a stop signal before they are handed back. */
      grace: durationSetting.prefault('5s'),
      idleTimeout: durationSetting.prefault('10m'),
      /** A Redis that is away for so long is taken for gone: the node hands back what it can and ends. null: jobs run on. */
      giveUpAfter: durationSetting.nullable().default(null),
      /** Directory on a local disk in which ORCA works, `tmpdir` for $TMPDIR; null: it works in the job's directory. */
      scratch: z
        .union([z.literal('tmpdir'), z.string().startsWith('/', 'must be an absolute path, or tmpdir')])
        .nullable()
        .default(null),
      /** How often orbitals and geometry are copied from there to the job's directory. */
      copyOutEvery: durationSetting.refine((seconds) => seconds >= 1, 'must be at least 1s').prefault('10m'),
      /** Variables of MPI that reach ORCA although others of their kind are taken away: `OMPI_MCA_btl`, `UCX_*`. */
      keepEnvironment: variableNames.prefault([]),
      /** How long mpirun may take to start two ranks before jobs are taken; a second try gets five times as much. 0: not tried. */
      mpirunProbe: durationSetting.prefault('2s'),
    })
    .prefault({}),
  /** Jobs of several sizes on one node, by name; empty: slots of one size. */
  lanes: lanesSchema.prefault({}),
  /** What `oact serve` submits by itself; nothing where it is empty. */
  allocations: allocationSettingsSchema.prefault([]),
  /** Whom to tell when something happens; run by `oact serve` and `oact run`. */
  hooks: hookSettingsSchema.prefault({}),
});

export type Config = z.infer<typeof configSchema>;

/** Where a value came from, weakest first. */
export const configLayers = ['default', 'user', 'campaign', 'environment', 'flag'] as const;
export type ConfigLayer = (typeof configLayers)[number];
export type RawConfig = Record<string, unknown>;

export const isSection = (value: unknown): value is RawConfig =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Lays `upper` over `lower`, section by section; undefined values do not cover. */
export function mergeConfig(lower: RawConfig, upper: RawConfig): RawConfig {
  const merged: RawConfig = { ...lower };
  for (const [key, value] of Object.entries(upper)) {
    if (value === undefined) continue;
    const below = merged[key];
    merged[key] = isSection(value) && isSection(below) ? mergeConfig(below, value) : value;
  }
  return merged;
}

/** Every setting as `section.key`, for the environment and for `config show`. */
export function listSettings(): string[] {
  const names: string[] = [];
  for (const [key, schema] of Object.entries(configSchema.shape)) {
    const inner = schema instanceof z.ZodPrefault ? schema.unwrap() : undefined;
    if (inner instanceof z.ZodObject) names.push(...Object.keys(inner.shape).map((leaf) => `${key}.${leaf}`));
    else names.push(key);
  }
  return names;
}

/** Settings that no variable can hold: maps of free keys, and hooks. */
export const recipeSettings: readonly string[] = [
  'recipe',
  'recipes',
  'sites',
  'allocations',
  'lanes',
  'retry.classes',
  ...hookEvents.map((event) => `hooks.${event}`),
];

/** `node.coresPerSlot` → `OACT_NODE_CORES_PER_SLOT`. */
export function variableOf(setting: string): string {
  return `OACT_${setting.replace('.', '_').replaceAll(/([a-z])([A-Z])/g, '$1_$2')}`.toUpperCase();
}

/** The `OACT_*` variables as a layer; numbers are read as numbers. */
export function configFromEnvironment(read: (name: string) => string | undefined): RawConfig {
  let layer: RawConfig = {};
  for (const setting of listSettings()) {
    if (recipeSettings.includes(setting)) continue;
    const text = read(variableOf(setting));
    if (text === undefined) continue;
    const value = /^\d+(\.\d+)?$/.test(text) && setting !== 'campaign' ? Number(text) : text;
    const [section, leaf] = setting.split('.');
    layer = mergeConfig(
      layer,
      leaf === undefined ? { [section ?? '']: value } : { [section ?? '']: { [leaf]: value } },
    );
  }
  return layer;
}

/**
 * Checks merged layers.
 * @param source where the settings come from, for all or for each: `oact.yaml:7`, or the name of a variable
 * @throws OactError CONFIG_INVALID that names place, key, what it may be and the nearest right key
 */
export function validateConfig(
  raw: RawConfig,
  source: string | ((path: readonly PropertyKey[]) => string),
): Config {
  const parsed = configSchema.safeParse(raw);
  if (parsed.success) return parsed.data;
  const mistakes = explainIssues(parsed.error, configSchema, raw).map(
    ({ path, text }) => `${typeof source === 'string' ? source : source(path)}: ${text}`,
  );
  throw new OactError('CONFIG_INVALID', mistakes.join('\n      '));
}
