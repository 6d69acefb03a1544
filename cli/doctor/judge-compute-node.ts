import type { Allocation } from '../../scheduler/read-allocation.ts';
import type { NodeDrawing } from '../node/plan-node.ts';
import { type CheckLine, fail, ok, skip, warn } from './check-line.ts';
import type { StrangeDirs } from './find-strange-dirs.ts';

/** Below this, RI-DFT of a medium-sized complex runs out of memory (ORCA asks for 1000 to 4000). */
const scarceMaxCoreMb = 500;
/** A cgroup that leaves less than this part of the node's memory was hardly meant for the whole node. */
const meantShare = 0.5;

export function judgeAllocation({ scheduler, allocationId, node, endsAt }: Allocation): CheckLine {
  if (scheduler === null) return skip('allocation', 'not inside an allocation: only the node is checked');
  const end = endsAt === null ? '' : `, until ${endsAt.toISOString()}`;
  return ok('allocation', `${scheduler} ${allocationId ?? ''} on ${node}${end}`);
}

/** Cores, CPU time and memory, as far as they leave something to be wished for. */
export function judgeDrawing(drawing: NodeDrawing, inAllocation: boolean): CheckLine[] {
  return [
    ...judgeCores(drawing, inAllocation),
    ...judgeQuota(drawing),
    ...judgeMemory(drawing, inAllocation),
  ];
}

function judgeCores({ cores, plan }: NodeDrawing, inAllocation: boolean): CheckLine[] {
  const { usable, forbidden } = cores;
  const all = usable.length + forbidden.length;
  const { slots, coresPerSlot, reserved, notes } = plan;
  const rest = reserved.length > 0 ? `, ${reserved.length} reserved` : '';
  const lines = notes.map((note) => warn('cores', note));
  // Sites keep a core of each cache for the system; half of the node they do not.
  if (inAllocation && usable.length * 2 <= all)
    lines.push(
      warn(
        'cores',
        `this process may use only ${usable.length} of the node's ${all} cores`,
        'Start one consumer per node with all its cores, as consumer.slurm and consumer.flux do (srun --cpu-bind=none, flux -o cpu-affinity=off).',
      ),
    );
  return [
    ok(
      'cores',
      `${usable.length} of ${all} cores: ${slots.length} slot${slots.length === 1 ? '' : 's'} × ${coresPerSlot}${rest}`,
    ),
    ...lines,
  ];
}

function judgeQuota({ limits, plan }: NodeDrawing): CheckLine[] {
  const used = plan.slots.length * plan.coresPerSlot;
  if (limits.quota === null) return [];
  const cpus = Math.round(limits.quota.cpus * 10) / 10;
  if (cpus >= used)
    return [ok('cpu time', `limited to the time of ${cpus} CPUs, which is enough (${limits.quota.file})`)];
  return [
    warn(
      'cpu time',
      `a cgroup limits it to the time of ${cpus} CPUs, but the slots use ${used} cores, so ranks will wait for each other (${limits.quota.file})`,
      `Ask for a larger limit, or use --slots and --cores-per-slot for ${Math.max(1, Math.floor(cpus))} cores.`,
    ),
  ];
}

function judgeMemory({ memory, cores, plan, maxCoreMb }: NodeDrawing, inAllocation: boolean): CheckLine[] {
  const { nodeMb, limit, usableMb } = memory;
  const words = `${usableMb} MB${limit === null ? '' : ` of ${nodeMb} MB (${limit.file})`}: %maxcore ${maxCoreMb}`;
  const isWholeNode = inAllocation && cores.forbidden.length === 0;
  if (isWholeNode && usableMb < nodeMb * meantShare)
    return [
      warn(
        'memory',
        `a cgroup allows ${usableMb} of the node's ${nodeMb} MB (${limit?.file ?? ''})`,
        'Ask the scheduler for all memory: #SBATCH --mem=0.',
      ),
    ];
  if (maxCoreMb < scarceMaxCoreMb)
    return [
      warn(
        'memory',
        `%maxcore is ${maxCoreMb} MB per rank: many calculations will not fit`,
        plan.slots.length > 1
          ? 'Use fewer slots (--slots), because they share the memory.'
          : 'Use a node with more memory.',
      ),
    ];
  return [ok('memory', words)];
}

/** Waiting jobs that this node would hand back, because their directories are not where it sees the campaign. */
export function judgeStrangeDirs(found: StrangeDirs | undefined, jobRoot: string): CheckLine[] {
  if (found === undefined || found.seen === 0) return [];
  if (found.strange === 0)
    return [ok('job paths', `the directories of the next ${found.seen} waiting jobs are below ${jobRoot}`)];
  return [
    fail(
      'job paths',
      `the directories of ${found.strange} of the next ${found.seen} waiting jobs are not below ${jobRoot}, for example ${found.example ?? ''}`,
      'Run oact serve or oact reconcile on the login node; it queues jobs of an older oact again, without a path. Or ' +
        'mount the campaign at the same path as on the login node.',
    ),
  ];
}
