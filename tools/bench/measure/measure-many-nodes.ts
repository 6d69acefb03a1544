import { copyFileSync, mkdtempSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { findPackageRoot } from '../../../core/config/package-root.ts';
import { makeBundle } from '../../bundle/make-bundle.ts';
import type { BenchContext } from '../bench-context.ts';
import type { Measurement } from '../figure.ts';
import { type BenchCampaign, makeCampaign } from '../campaign/make-campaign.ts';
import { openQueue } from '../campaign/open-queue.ts';
import { runOact, urlWithPassword } from '../campaign/start-oact.ts';
import { type BenchSlurm, hasSlurm, startSlurm } from '../campaign/start-slurm.ts';
import { median } from '../statistics.ts';
import { writeProgram } from '../campaign/write-program.ts';

/** A job for each of them, which outlives the start. */
const slotsPerNode = 2;

/** `sbatch consumer.slurm` on many emulated nodes, all on this machine: how long until all of them work. */
export async function measureManyNodes(context: BenchContext): Promise<Measurement> {
  const nodes = context.isQuick ? 2 : 32;
  if (!hasSlurm()) return { figures: [], notes: ['not measured: this machine has no Slurm'] };
  const bundle = join(mkdtempSync(join(context.dir, 'bundle-')), 'oact');
  await makeBundle(bundle);
  const jobCount = nodes * slotsPerNode;
  const campaign = await makeCampaign(context.dir, jobCount);
  const { queue, close } = await openQueue(context, campaign.campaignId);
  await runOact(context, ['enqueue', '-C', campaign.dir, '--batch-size', String(jobCount)]);
  const slurm = await startSlurm(context.dir, nodes, 16);
  try {
    const { runningMs, jobId } = await submit(context, slurm, campaign, nodes, bundle);
    while ((await queue.getActiveCount()) < jobCount) await delay(50);
    const busyMs = Date.now();
    while (listLogTimes(campaign, jobId, 'job started').length < jobCount) await delay(50);
    const started = listLogTimes(campaign, jobId, 'consumer started');
    const firstJobs = firstJobOfEach(campaign, jobId);
    return {
      figures: [
        {
          what: `${nodes} emulated nodes: allocation to all consumers at work`,
          unit: 's',
          value: (Math.max(...firstJobs) - runningMs) / 1000,
        },
      ],
      notes: [
        `consumers said that they started ${tell(started, runningMs)}; first jobs ${tell(firstJobs, runningMs)}; all ${jobCount} slots busy after ${((busyMs - runningMs) / 1000).toFixed(1)} s`,
        `all nodes share this machine's cores: ${nodes} starts of Node, ${nodes} guards, ${nodes} probes of ORCA`,
      ],
    };
  } finally {
    await slurm.cancelAll();
    await slurm.stop();
    await close();
  }
}

async function submit(
  context: BenchContext,
  slurm: BenchSlurm,
  campaign: BenchCampaign,
  nodes: number,
  bundle: string,
): Promise<{ jobId: string; runningMs: number }> {
  const script = join(campaign.dir, 'consumer.slurm');
  copyFileSync(join(findPackageRoot(), 'scheduler-scripts', 'consumer.slurm'), script);
  const flags = ['--slots', String(slotsPerNode), '--cores-per-slot', '1', '--oversubscribe', '--grace', '0'];
  const jobId = await slurm.submit([`--nodes=${nodes}`, script, ...flags], {
    cwd: campaign.dir,
    env: {
      OACT: join(bundle, 'bin', 'oact.js'),
      OACT_REDIS_URL: urlWithPassword(context),
      OACT_ORCA_PATH: writeProgram(context.dir, ['[ $# -eq 0 ] || exec sleep 600']),
    },
  });
  return { jobId, runningMs: await slurm.untilRunning(jobId) };
}

interface LogLine {
  time: number;
  msg: string;
  node: string;
}

function readLog(campaign: BenchCampaign, jobId: string): LogLine[] {
  const lines = readFileSync(join(campaign.dir, `consumer-${jobId}.log`), 'utf8').split('\n');
  // The last line may be half written.
  return lines
    .slice(0, -1)
    .filter((line) => line.startsWith('{'))
    .map((line): LogLine => JSON.parse(line));
}

function listLogTimes(campaign: BenchCampaign, jobId: string, text: string): number[] {
  return readLog(campaign, jobId).flatMap(({ msg, time }) => (msg === text ? [time] : []));
}

function firstJobOfEach(campaign: BenchCampaign, jobId: string): number[] {
  const first = new Map<string, number>();
  for (const { msg, node, time } of readLog(campaign, jobId)) {
    if (msg === 'job started' && !first.has(node)) first.set(node, time);
  }
  return [...first.values()];
}

function tell(times: readonly number[], fromMs: number): string {
  const seconds = times.map((time) => (time - fromMs) / 1000);
  return `${Math.min(...seconds).toFixed(1)} to ${Math.max(...seconds).toFixed(1)} s (median ${median(seconds).toFixed(1)} s) after the allocation`;
}
