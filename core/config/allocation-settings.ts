/** The section `allocations` of `oact.yaml`: what `oact serve` may submit by itself. */
import { z } from 'zod';
import { durationSetting } from './duration-setting.ts';

const walltime = durationSetting.refine((seconds) => seconds >= 180, 'must be at least 3m');
const longer = durationSetting.refine((seconds) => seconds > 0, 'must be greater than 0');

/** One kind of allocation: a queue, partition or scheduler. */
const entrySchema = z
  .strictObject({
    /** Default: the queue, the site or the scheduler, in this order. */
    name: z
      .string()
      .regex(/^[A-Za-z0-9][\w-]{0,39}$/, 'up to 40 letters, digits, - and _')
      .optional(),
    site: z.string().min(1).optional(),
    /** `slurm`, `flux` or `pbs`; checked by `scheduler/allocations/entry-plan.ts`. */
    scheduler: z.string().min(1).optional(),
    account: z.string().min(1).optional(),
    queue: z.string().min(1).optional(),
    qos: z.string().min(1).optional(),
    constraint: z.string().min(1).optional(),
    /** Nodes that pending and running allocations of this entry hold at most. */
    maxNodes: z.int().positive().default(1),
    nodesPerAllocation: z.int().positive().default(1),
    /** Allocations that may wait in the scheduler's queue at once. */
    maxPending: z.int().positive().default(1),
    walltime: walltime.optional(),
    /** Another node is not asked for less work than it does in this time. */
    minWorkPerNode: durationSetting.prefault('10m'),
    /** All work should be done within this time, as far as the bounds allow; default: the walltime. */
    within: longer.optional(),
    /** Consumers with nothing to do for so long end, and give the node back. */
    idleTimeout: longer.prefault('5m'),
    /** How often the scheduler is asked, and the least time between two submissions. */
    interval: durationSetting.refine((seconds) => seconds >= 1, 'must be at least 1s').prefault('1m'),
    /** How long consumers of an allocation that has started may take to announce themselves. */
    announceWithin: longer.prefault('10m'),
    /** Cores of a shared node, instead of whole nodes. */
    cores: z.int().positive().optional(),
    /** Memory with these cores, MB; without it, what the scheduler gives to so many cores. */
    memoryMb: z.int().positive().optional(),
    coresPerNode: z.int().positive().optional(),
    /** Slots of a node, before a consumer has announced them. */
    slotsPerNode: z.int().positive().optional(),
    modules: z.array(z.string().min(1)).optional(),
    /** Passed to `oact consume`. */
    consumeFlags: z.array(z.string()).prefault([]),
  })
  .refine(
    ({ site, scheduler }) => site !== undefined || scheduler !== undefined,
    'names neither a site nor a scheduler',
  )
  .refine(
    ({ maxNodes, nodesPerAllocation }) => nodesPerAllocation <= maxNodes,
    'nodesPerAllocation is more than maxNodes, so nothing would ever be submitted',
  )
  .refine(({ cores, nodesPerAllocation }) => cores === undefined || nodesPerAllocation === 1, {
    message: 'cores asks for a part of one node; leave nodesPerAllocation away',
  })
  .refine(({ cores, memoryMb }) => memoryMb === undefined || cores !== undefined, 'memoryMb needs cores')
  .transform((entry) => ({
    ...entry,
    name: entry.name ?? entry.queue ?? entry.site ?? entry.scheduler ?? '',
  }));

/** One entry or a list of entries with different names. */
export const allocationSettingsSchema = z
  // Not a union: that would hide what is wrong with an entry behind 'Invalid input'.
  .preprocess((raw) => (Array.isArray(raw) ? raw : [raw]), z.array(entrySchema))
  .superRefine((entries, context) => {
    const names = entries.map(({ name }) => name);
    for (const name of new Set(names.filter((one, index) => names.indexOf(one) !== index)))
      context.addIssue({ code: 'custom', message: `two entries are called '${name}'; give one a name:` });
  });

export type AllocationEntry = z.infer<typeof entrySchema>;
