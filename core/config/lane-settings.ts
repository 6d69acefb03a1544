/** The section `lanes` of `oact.yaml`: which jobs get how many cores and how much memory. */
import { z } from 'zod';
import { defaultLane } from '../job/queue-names.ts';
import { durationSetting } from './duration-setting.ts';

const units: Readonly<Record<string, number>> = {
  MB: 1e6,
  GB: 1e9,
  TB: 1e12,
  MiB: 2 ** 20,
  GiB: 2 ** 30,
  TiB: 2 ** 40,
};

/** Memory in a settings file: written `120GB` or `64GiB`, read as bytes. */
const memorySetting = z.union([z.int().positive(), z.string()]).transform((value, context) => {
  // As it was read once, and kept with a batch.
  if (typeof value === 'number') return value;
  const match = /^(\d+(?:\.\d+)?)\s*([MGT]i?B)$/.exec(value.trim());
  const bytes = Math.floor(Number(match?.[1]) * (units[match?.[2] ?? ''] ?? 0));
  if (bytes > 0) return bytes;
  context.addIssue({
    code: 'custom',
    message: `'${value}' is not an amount of memory; write 120GB or 64GiB`,
  });
  return z.NEVER;
});

const count = z.int().nonnegative();
/** Not a union: that would hide what is wrong with a word. */
const oneOrMore = (word: z.ZodString): z.ZodType<string[]> =>
  z.preprocess((raw) => (typeof raw === 'string' ? [raw] : raw), z.array(word).min(1));
const symbol = z.string().regex(/^[A-Z][a-z]?$/, 'write the symbol of an element, such as U or Am');

/** What jobs of a lane get, and which records belong to it. Bounds include their ends. */
const laneSchema = z.strictObject({
  cores: z.int().positive(),
  /** Bytes; null: the node's memory, shared by its cores. */
  memory: memorySetting.nullable().default(null),
  minAtoms: count.optional(),
  maxAtoms: count.optional(),
  minElectrons: count.optional(),
  maxElectrons: count.optional(),
  minBasisFunctions: count.optional(),
  maxBasisFunctions: count.optional(),
  /** Records with at least one of these elements. */
  elements: oneOrMore(symbol).optional(),
  /** Records that are run by one of these recipes. */
  recipe: oneOrMore(z.string().min(1)).optional(),
  /** The predicted time. A record whose time nobody can predict does not belong to a lane with such a bound. */
  minTime: durationSetting.optional(),
  maxTime: durationSetting.optional(),
});

/** Bounds between which nothing lies: such a lane would never take a record. */
function findEmptyBounds(lane: LaneSettings): string[] {
  const pairs = [
    ['minAtoms', 'maxAtoms'],
    ['minElectrons', 'maxElectrons'],
    ['minBasisFunctions', 'maxBasisFunctions'],
    ['minTime', 'maxTime'],
  ] as const;
  return pairs
    .filter(([least, most]) => (lane[least] ?? 0) > (lane[most] ?? Number.POSITIVE_INFINITY))
    .map(([least, most]) => `${least} is more than ${most}, so this lane would never take a record`);
}

/** By name, in the order in which records are offered to them. Empty: there is one lane, and slots of one size. */
export const lanesSchema = z.record(z.string(), laneSchema).superRefine((lanes, context) => {
  for (const [name, lane] of Object.entries(lanes)) {
    for (const message of findEmptyBounds(lane)) context.addIssue({ code: 'custom', path: [name], message });
    const message = !/^[a-z][a-z0-9_-]{0,31}$/.test(name)
      ? `'${name}' cannot be the name of a lane: up to 32 lower-case letters, digits, - and _, a letter first`
      : name === defaultLane
        ? `'${defaultLane}' is the lane of jobs that were queued without lanes; choose another name`
        : undefined;
    if (message !== undefined) context.addIssue({ code: 'custom', message });
  }
});

/** One lane's settings. */
export type LaneSettings = z.infer<typeof laneSchema>;
export type Lanes = z.infer<typeof lanesSchema>;
