/** An entry of `allocations:` → its bounds and the script that it submits. */
import type { AllocationEntry } from '../../core/config/allocation-settings.ts';
import type { Config } from '../../core/config/config.ts';
import { OactError } from '../../core/errors.ts';
import type { EntryBounds } from '../../packing/demand/decide-allocations.ts';
import { anyScheduler, type SchedulerName, schedulerNames } from '../../scheduler/schedulers.ts';
import { planScript, type ScriptPlan } from '../../scheduler/script/plan-script.ts';
import type { Site } from '../../scheduler/sites/site-schema.ts';

export interface EntryPlan {
  entry: AllocationEntry;
  scheduler: SchedulerName;
  script: ScriptPlan;
  /** `slotsPerNode`: as far as the settings tell. */
  bounds: EntryBounds;
}

/**
 * Pure. @param site the machine that the entry names, resolved; null: it names none
 * @throws OactError CONFIG_INVALID, USAGE (unsafe or missing values), ALLOCATION_UNFIT
 */
export function planEntry(
  entry: AllocationEntry,
  ofSite: Site | null,
  { node, lanes }: Pick<Config, 'node' | 'lanes'>,
): EntryPlan {
  const site = Object.keys(lanes).length === 0 ? ofSite : withoutSlots(ofSite);
  const scheduler = schedulerNames.find((name) => name === entry.scheduler);
  if (entry.scheduler !== undefined && scheduler === undefined)
    throw new OactError('CONFIG_INVALID', `'${entry.scheduler}' is not a scheduler that oact knows`, {
      hint: `Write ${anyScheduler}.`,
    });
  const { account, queue, qos, constraint, walltime, cores, memoryMb, coresPerNode, modules } = entry;
  const script = planScript(
    {
      nodes: entry.nodesPerAllocation,
      consumeFlags: ['--idle-timeout', `${entry.idleTimeout}s`, ...entry.consumeFlags],
      ...(scheduler !== undefined && { scheduler }),
      ...(account !== undefined && { account }),
      ...(queue !== undefined && { queue }),
      ...(qos !== undefined && { qos }),
      ...(constraint !== undefined && { constraint }),
      ...(walltime !== undefined && { walltime }),
      ...(cores !== undefined && { cores }),
      ...(memoryMb !== undefined && { memoryMb }),
      ...(coresPerNode !== undefined && { coresPerNode }),
      ...(modules !== undefined && { modules }),
    },
    site,
  );
  return {
    entry,
    scheduler: script.scheduler,
    script,
    bounds: {
      name: entry.name,
      maxNodes: entry.maxNodes,
      nodesPerAllocation: entry.nodesPerAllocation,
      maxPending: entry.maxPending,
      walltimeSeconds: script.walltimeSeconds,
      minWorkPerNodeSeconds: entry.minWorkPerNode,
      withinSeconds: entry.within ?? script.walltimeSeconds,
      intervalSeconds: entry.interval,
      slotsPerNode: entry.slotsPerNode ?? countSlots(entry, site, node, lanes),
    },
  };
}

/** Slots of one size, as the site has them, would leave wide lanes without a place. */
function withoutSlots(site: Site | null): Site | null {
  if (site === null) return null;
  const { coresPerSlot: _, ...rest } = site;
  return rest;
}

/** null: only a consumer can tell, because the cores of a node or of a slot are not written anywhere. */
function countSlots(
  { cores }: AllocationEntry,
  site: Site | null,
  node: Config['node'],
  lanes: Config['lanes'],
): number | null {
  if (node.slots !== null) return node.slots;
  // With lanes, work and nodes are counted in slots of the smallest one.
  const sizes = Object.values(lanes).map((lane) => lane.cores);
  const smallest = sizes.length === 0 ? null : Math.min(...sizes);
  const perSlot = site?.coresPerSlot?.value ?? node.coresPerSlot ?? smallest;
  const usable =
    cores ?? (site?.cores ? site.cores.value - (site.reserveCores?.value ?? node.reserveCores) : undefined);
  return perSlot === null || usable === undefined ? null : Math.max(1, Math.floor(usable / perSlot));
}
