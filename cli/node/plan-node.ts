import { hostname, tmpdir } from 'node:os';
import { resolve } from 'node:path';
import type { Config } from '../../core/config/config.ts';
import type { Campaign } from '../../core/config/load-config.ts';
import { inheritedEnvironment } from '../../core/config/environment.ts';
import { OactError } from '../../core/errors.ts';
import type { MpirunCheck } from '../../consumer/fitness/check-mpirun.ts';
import type { TakenCores } from '../../consumer/cores/claim-cores.ts';
import { planSlots, type Slot, type SlotPlan, type SlotRequest } from '../../consumer/cores/cut-slots.ts';
import { type Core, discoverNodeCores, type NodeCores } from '../../consumer/cores/discover-cores.ts';
import { type CgroupLimits, discoverLimits } from '../../consumer/cores/discover-limits.ts';
import { discoverMemory, type NodeMemory, planMaxCoreMb } from '../../consumer/cores/discover-memory.ts';
import { findOrca } from '../../consumer/fitness/find-orca.ts';
import { hasTaskset } from '../../consumer/fitness/find-on-path.ts';
import { type Allocation, readAllocation } from '../../scheduler/read-allocation.ts';
import type { NodeSetup } from '../../consumer/run/run-job.ts';
import type { NodeFlags } from '../flags/node-flags.ts';

export interface NodePlan {
  allocation: Allocation;
  slots: Slot[];
  setup: NodeSetup;
  /** Why slots are not pinned although they should be; null: they are, or nobody wants it. */
  unpinned: string | null;
  /** What is tried before the first job; null: nothing. */
  mpirun: MpirunCheck | null;
}

/** The node as it is cut, and what was found of it. */
export interface NodeDrawing {
  cores: NodeCores;
  limits: CgroupLimits;
  memory: NodeMemory;
  /** The part of the usable memory that slots share, 0 to 1. */
  share: number;
  plan: SlotPlan;
  /** `%maxcore` of a slot with all its ranks, MB. */
  maxCoreMb: number;
}

/**
 * Cuts this node into slots.
 * @param root where /proc and /sys are found; another directory for a recorded node
 * @param taken cores of other consumers: avoided when what is asked for fits beside them
 * @throws OactError SLOTS_TOO_MANY
 */
export function drawNode(
  flags: NodeFlags,
  { node }: Pick<Config, 'node'>,
  root = '/',
  taken: readonly number[] = [],
): NodeDrawing {
  const limits = discoverLimits(root);
  const cores = discoverNodeCores(root, limits.cpuset);
  const memory = discoverMemory(root, limits.memory);
  const plan = planBeside(cores.usable, taken, {
    slots: flags.slots ?? node.slots,
    coresPerSlot: flags.coresPerSlot ?? flags.nCores ?? node.coresPerSlot,
    reserveCores: flags.reserveCores ?? node.reserveCores,
    reservedCores: node.reservedCores,
    oversubscribe: flags.oversubscribe ?? false,
  });
  const share = node.memoryShare;
  const parts = { memoryMb: memory.usableMb, share, slotCount: plan.slots.length };
  return { cores, limits, memory, share, plan, maxCoreMb: planMaxCoreMb(parts, plan.coresPerSlot) };
}

/** Where nothing fits beside the others, cores are shared, and `claimCores` says so. */
function planBeside(cores: readonly Core[], taken: readonly number[], request: SlotRequest): SlotPlan {
  const free = cores.filter(({ threads }) => !threads.some((cpu) => taken.includes(cpu)));
  if (free.length > 0 && free.length < cores.length && request.oversubscribe !== true) {
    try {
      return planSlots(free, request);
    } catch (error) {
      if (!(error instanceof OactError)) throw error;
    }
  }
  return planSlots(cores, request);
}

/**
 * Looks at this node, cuts it into slots and finds ORCA.
 * @throws OactError SLOTS_TOO_MANY, ORCA_NOT_FOUND
 */
export async function planNode(
  flags: NodeFlags,
  campaign: Campaign,
  taken: readonly TakenCores[] = [],
): Promise<NodePlan> {
  const { node } = campaign.config;
  const {
    plan,
    memory: found,
    share,
  } = drawNode(
    flags,
    campaign.config,
    '/',
    taken.flatMap(({ cores }) => cores),
  );
  const { slots } = plan;
  const env = inheritedEnvironment();
  const orcaPath = await findOrcaOf(flags, campaign);
  const allocation = readAllocation(env, hostname());
  const memory = { memoryMb: found.usableMb, share, slotCount: slots.length };
  const pin = canPin(flags);
  return {
    allocation,
    slots,
    setup: {
      node: allocation.node,
      allocationId: allocation.allocationId,
      orcaPath,
      maxCoreMb: (ranks) => planMaxCoreMb(memory, ranks),
      pin,
      restarts: flags.restart !== false && campaign.config.job.restart,
      scratch: node.scratch === 'tmpdir' ? tmpdir() : node.scratch,
      copyOutSeconds: node.copyOutEvery,
      sizeLimits: {
        outputBytes: campaign.config.job.outputLimitMb * 1e6,
        runBytes: campaign.config.job.runLimitMb * 1e6,
      },
      keepEnvironment: node.keepEnvironment,
      doubts: campaign.config,
    },
    unpinned: pin || flags.oversubscribe === true ? null : unpinnedWhy(),
    mpirun: planMpirunCheck(slots, { orcaPath, pin, node, recall: true }),
  };
}

/** @throws OactError ORCA_NOT_FOUND */
export function findOrcaOf(
  flags: NodeFlags,
  campaign: { dir: string; config: Pick<Config, 'orca'> },
): Promise<string> {
  const fromFlag = flags.orcaPath?.includes('/') ? resolve(flags.orcaPath) : flags.orcaPath;
  return findOrca(fromFlag ?? campaign.config.orca.path, campaign.dir, inheritedEnvironment()['PATH'] ?? '');
}

export function canPin(flags: NodeFlags): boolean {
  return flags.oversubscribe !== true && hasTaskset(inheritedEnvironment()['PATH'] ?? '');
}

/** Elsewhere than on Linux nothing can be done about it. */
const unpinnedWhy = (): string | null =>
  process.platform === 'linux'
    ? 'slots are not pinned, so jobs share cores: taskset (of util-linux) is not on PATH'
    : null;

/** How mpirun is tried on this node; null where it is not. */
export function planMpirunCheck(
  slots: readonly Slot[],
  options: { orcaPath: string; pin: boolean; node: Config['node']; recall: boolean },
): MpirunCheck | null {
  const { orcaPath, pin, node, recall } = options;
  if (node.mpirunProbe === 0) return null;
  const cores = slots[0]?.cores ?? [];
  return { orcaPath, cores, pin, limitMs: node.mpirunProbe * 1000, keep: node.keepEnvironment, recall };
}
