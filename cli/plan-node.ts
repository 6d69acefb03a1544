import { hostname, tmpdir } from 'node:os';
import { resolve } from 'node:path';
import type { Campaign } from '../core/load-config.ts';
import { inheritedEnvironment } from '../core/environment.ts';
import { cutSlots, type Slot } from '../consumer/cut-slots.ts';
import { discoverCores } from '../consumer/discover-cores.ts';
import { discoverMemoryMb } from '../consumer/discover-memory.ts';
import { findOrca } from '../consumer/find-orca.ts';
import { hasTaskset } from '../consumer/has-taskset.ts';
import { planMaxCoreMb } from '../consumer/plan-memory.ts';
import { type Allocation, readAllocation } from '../consumer/read-allocation.ts';
import type { NodeSetup } from '../consumer/run-job.ts';
import type { NodeFlags } from './flags/node-flags.ts';

export interface NodePlan {
  allocation: Allocation;
  slots: Slot[];
  setup: NodeSetup;
}

/**
 * Looks at this node and cuts it into slots.
 * @throws OactError SLOTS_TOO_MANY, ORCA_NOT_FOUND
 */
export async function planNode(flags: NodeFlags, campaign: Campaign): Promise<NodePlan> {
  const { node, orca } = campaign.config;
  const cores = discoverCores();
  const slots = cutSlots(cores, {
    slots: flags.slots ?? node.slots,
    coresPerSlot: flags.coresPerSlot ?? flags.nCores ?? node.coresPerSlot,
    reserveCores: flags.reserveCores ?? node.reserveCores,
    oversubscribe: flags.oversubscribe ?? false,
  });
  const env = inheritedEnvironment();
  const fromFlag = flags.orcaPath?.includes('/') ? resolve(flags.orcaPath) : flags.orcaPath;
  const orcaPath = await findOrca(fromFlag ?? orca.path, campaign.dir, env['PATH'] ?? '');
  const allocation = readAllocation(env, hostname());
  const memory = { memoryMb: discoverMemoryMb(), share: node.memoryShare, slotCount: slots.length };
  return {
    allocation,
    slots,
    setup: {
      node: allocation.node,
      allocationId: allocation.allocationId,
      orcaPath,
      maxCoreMb: (ranks) => planMaxCoreMb(memory, ranks),
      pin: flags.oversubscribe !== true && hasTaskset(env['PATH'] ?? ''),
      restarts: flags.restart !== false && campaign.config.job.restart,
      scratch: node.scratch === 'tmpdir' ? tmpdir() : node.scratch,
      copyOutSeconds: node.copyOutEvery,
    },
  };
}
