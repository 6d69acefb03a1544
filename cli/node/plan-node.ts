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
import { type NodePacking, planPacking } from '../../consumer/lanes/plan-packing.ts';
import { findOrca } from '../../consumer/fitness/find-orca.ts';
import { hasTaskset } from '../../consumer/fitness/find-on-path.ts';
import { type Allocation, readAllocation } from '../../scheduler/read-allocation.ts';
import type { NodeSetup } from '../../consumer/run/run-job.ts';
import type { NodeFlags } from '../flags/node-flags.ts';

export interface NodePlan {
  allocation: Allocation;
  slots: Slot[];
  /** How lanes share the node; null: there are none, and slots are of one size. */
  packing: NodePacking | null;
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
  /** With lanes; `plan` is then used only where a user has cut the node into fixed slots. */
  packing: NodePacking | null;
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
  { node, lanes }: Pick<Config, 'node' | 'lanes'>,
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
  const isCut =
    (flags.slots ?? node.slots ?? flags.coresPerSlot ?? flags.nCores ?? node.coresPerSlot) !== null;
  const packing =
    Object.keys(lanes).length === 0 || flags.oversubscribe === true
      ? null
      : planPacking(keepOff(cores.usable, taken), {
          lanes,
          memoryBytes: Math.floor(memory.usableMb * 2 ** 20 * share),
          reserveCores: flags.reserveCores ?? node.reserveCores,
          reservedCores: node.reservedCores,
          fixedSlots: isCut ? plan.slots : null,
        });
  const maxCoreMb = planMaxCoreMb(parts, plan.coresPerSlot);
  return { cores, limits, memory, share, plan, packing, maxCoreMb };
}

/** Beside other consumers, as long as there is anything beside them. */
function keepOff(cores: readonly Core[], taken: readonly number[]): readonly Core[] {
  const free = cores.filter(({ threads }) => !threads.some((cpu) => taken.includes(cpu)));
  return free.length > 0 ? free : cores;
}

/** Where nothing fits beside the others, cores are shared, and `claimCores` says so. */
function planBeside(cores: readonly Core[], taken: readonly number[], request: SlotRequest): SlotPlan {
  const free = keepOff(cores, taken);
  if (free.length < cores.length && request.oversubscribe !== true) {
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
    packing,
    memory: found,
    share,
  } = drawNode(
    flags,
    campaign.config,
    '/',
    taken.flatMap(({ cores }) => cores),
  );
  // Cores that are cut as jobs come are claimed and announced as one piece.
  const cpus = packing?.node.cores.map(({ cpu }) => cpu).toSorted((a, b) => a - b);
  const slots =
    packing === null || packing.node.fixedSlots !== null ? plan.slots : [{ slot: 0, cores: cpus ?? [] }];
  const env = inheritedEnvironment();
  const orcaPath = await findOrcaOf(flags, campaign);
  const allocation = readAllocation(env, hostname());
  const memory = { memoryMb: found.usableMb, share, slotCount: slots.length };
  const pin = canPin(flags);
  return {
    allocation,
    slots,
    packing,
    setup: {
      node: allocation.node,
      allocationId: allocation.allocationId,
      orcaPath,
      maxCoreMb: (ranks, memoryMb) =>
        planMaxCoreMb(memoryMb === undefined ? memory : { memoryMb, share: 1, slotCount: 1 }, ranks),
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
