/** What happens to allocations that `oact serve` submits by itself. */
import { setTimeout as delay } from 'node:timers/promises';
import type { ChaosWorld } from '../chaos-world.ts';
import { listOwnProcesses } from '../list-processes.ts';
import { runCommand } from './kill-commands.ts';

export const needsCluster = (world: ChaosWorld): string | undefined =>
  world.cluster === null ? 'needs --allocations' : undefined;

/** Any process of oact on a node of the cluster: its script, its consumer or a helper of it. */
export function killOnAllocation(world: ChaosWorld): void {
  const target = world.random.pick(
    listOwnProcesses(world.dir).filter(
      ({ node, jobId }) => node?.startsWith('slurm-') && jobId === undefined,
    ),
  );
  if (!target) return;
  try {
    process.kill(target.pid, 'SIGKILL');
  } catch {
    // It ended in this moment.
  }
}

/** Someone cancels it by hand. */
export async function cancelAllocation(world: ChaosWorld): Promise<void> {
  await ask(world, async (run) => {
    const ids = (await run('squeue', '--noheader', '--format=%A')).split(/\s+/).filter(Boolean);
    const id = world.random.pick(ids);
    if (id !== undefined) await run('scancel', id);
  });
}

/** Allocations wait that long. */
export async function closePartition(world: ChaosWorld): Promise<void> {
  await ask(world, async (run) => {
    await run('scontrol', 'update', 'PartitionName=main', 'State=DOWN');
    await delay(world.random.between(2, 8) * 1000);
  });
  await ask(world, (run) => run('scontrol', 'update', 'PartitionName=main', 'State=UP'));
}

/** The controller answers nobody for longer than a command waits. */
export async function stopController(world: ChaosWorld): Promise<void> {
  const pid = world.cluster?.controllerPid;
  if (pid === undefined) return;
  process.kill(pid, 'SIGSTOP');
  try {
    await delay(world.random.between(3, 15) * 1000);
  } finally {
    process.kill(pid, 'SIGCONT');
  }
}

/** Between the submission and the row of it, or anywhere else. */
export async function killSubmit(world: ChaosWorld): Promise<void> {
  await runCommand(world, ['alloc', 'submit', '--yes'], world.random.between(0.5, 3) * 1000);
}

/** Three useless allocations pause their entry. Someone sees to it. */
export async function resumeAllocations(world: ChaosWorld): Promise<void> {
  await runCommand(world, ['alloc', 'pause'], null);
  await delay(world.random.between(0, 3) * 1000);
  await runCommand(world, ['alloc', 'resume'], null);
}

type Run = (command: string, ...args: string[]) => Promise<string>;

/** A controller that is stopped refuses; then nothing happens. */
async function ask(world: ChaosWorld, what: (run: Run) => Promise<unknown>): Promise<void> {
  const { cluster } = world;
  if (cluster === null) return;
  for (let tries = 0; tries < 20; tries++) {
    try {
      await what((command, ...args) => cluster.run(command, ...args));
      return;
    } catch {
      await delay(1000);
    }
  }
}
