import { copyFileSync, mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { findPackageRoot } from '../../../core/config/package-root.ts';
import type { BenchContext } from '../bench-context.ts';
import { type CoreUse, measureUse, readIntervals } from '../timing/job-intervals.ts';
import { makeCampaign } from './make-campaign.ts';
import { openQueue } from './open-queue.ts';
import { runOact, startOact, urlWithPassword } from './start-oact.ts';
import type { BenchSlurm } from './start-slurm.ts';
import { writeProgram } from './write-program.ts';

/** Jobs that sleep, on a cluster whose nodes have so many slots. */
export interface PackingTask {
  slurm: BenchSlurm;
  nodes: number;
  slotsPerNode: number;
  /** What the jobs take, seconds, in their order. */
  durations: readonly number[];
}

/** Notes when it ran. By hand it gets its number as the second argument, from oact in the name of its directory. */
function writeJob(context: BenchContext, durations: readonly number[]): { job: string; log: string } {
  const dir = mkdtempSync(join(context.dir, 'packing-'));
  const log = join(dir, 'log');
  mkdirSync(log);
  for (const [index, seconds] of durations.entries()) writeFileSync(join(dir, String(index)), `${seconds}\n`);
  const job = writeProgram(dir, [
    'if [ $# -gt 0 ]; then',
    '  index=${2:-${OACT_JOB_DIR##*_}}',
    `  read -r seconds < "${dir}/$index"`,
    '  begin=$(date +%s%3N)',
    '  sleep "$seconds"',
    `  echo "$begin $(date +%s%3N)" > "${log}/$index"`,
    'fi',
  ]);
  return { job, log };
}

/** The existing way: every job is a job of Slurm and has a node for itself. */
export async function packOnePerNode(context: BenchContext, task: PackingTask): Promise<CoreUse> {
  const { slurm, durations } = task;
  const { job, log } = writeJob(context, durations);
  const submit = (index: number): Promise<string> =>
    slurm.submit(['--nodes=1', '--exclusive', '--output=/dev/null', job, 'by-hand', String(index)], {
      cwd: context.dir,
      env: {},
    });
  const first = await submit(0);
  const allocatedMs = await slurm.untilRunning(first);
  for (const index of durations.keys()) if (index > 0) await submit(index);
  await slurm.untilEmpty();
  return finish(task, log, allocatedMs);
}

/** What users write by hand: the list is cut into a piece per node, and GNU parallel works it off there. */
export async function packWithParallel(context: BenchContext, task: PackingTask): Promise<CoreUse> {
  const { slurm, durations, nodes, slotsPerNode } = task;
  const { job, log } = writeJob(context, durations);
  const dir = mkdtempSync(join(context.dir, 'parallel-'));
  const perNode = Math.ceil(durations.length / nodes);
  for (let node = 0; node < nodes; node++) {
    const numbers = [...durations.keys()].slice(node * perNode, (node + 1) * perNode);
    writeFileSync(join(dir, `list.${node}`), numbers.map((index) => `${index}\n`).join(''));
  }
  const script = join(dir, 'parallel.slurm');
  const perTask = `parallel --will-cite -j ${slotsPerNode} ${job} by-hand :::: ${dir}/list.$SLURM_NODEID > /dev/null`;
  writeFileSync(
    script,
    `#!/bin/bash\nsrun --ntasks-per-node=1 --cpu-bind=none --mpi=none bash -c '${perTask}'\n`,
  );
  const jobId = await slurm.submit([`--nodes=${nodes}`, '--exclusive', '--output=/dev/null', script], {
    cwd: dir,
    env: {},
  });
  const allocatedMs = await slurm.untilRunning(jobId);
  await slurm.untilEmpty();
  return finish(task, log, allocatedMs);
}

/** `sbatch consumer.slurm` on a queue that holds everything, with a reconciler beside it. */
export async function packWithOact(context: BenchContext, task: PackingTask, oact: string): Promise<CoreUse> {
  const { slurm, durations, nodes, slotsPerNode } = task;
  const { job, log } = writeJob(context, durations);
  const campaign = await makeCampaign(context.dir, durations.length);
  const { queue, close } = await openQueue(context, campaign.campaignId);
  const batch = ['--order', 'id', '--batch-size', String(durations.length)];
  await runOact(context, ['enqueue', '-C', campaign.dir, ...batch]);
  const reconciler = startOact(context, ['reconcile', '-C', campaign.dir]);
  const script = join(campaign.dir, 'consumer.slurm');
  copyFileSync(join(findPackageRoot(), 'scheduler-scripts', 'consumer.slurm'), script);
  const slotFlags = ['--slots', String(slotsPerNode), '--cores-per-slot', '1', '--oversubscribe'];
  const jobId = await slurm.submit([`--nodes=${nodes}`, script, ...slotFlags, '--idle-timeout', '5s'], {
    cwd: campaign.dir,
    env: { OACT: oact, OACT_REDIS_URL: urlWithPassword(context), OACT_ORCA_PATH: job },
  });
  const allocatedMs = await slurm.untilRunning(jobId);
  await slurm.untilEmpty();
  // A settled job is removed.
  while (Object.values(await queue.getJobCounts()).some((count) => count > 0)) await delay(200);
  await Promise.all([reconciler.stop(), close()]);
  return finish(task, log, allocatedMs);
}

async function finish(task: PackingTask, log: string, allocatedMs: number): Promise<CoreUse> {
  const jobs = readIntervals(log);
  const wanted = task.durations.length;
  if (jobs.length !== wanted)
    throw new Error(`${jobs.length} of ${wanted} jobs have run:\n${await task.slurm.tellJobs()}`);
  return measureUse(jobs, task.nodes * task.slotsPerNode, allocatedMs);
}
