import { setTimeout as delay } from 'node:timers/promises';
import type { BenchContext } from '../bench-context.ts';
import { type AttemptTimes, listAttemptTimes } from '../timing/list-attempt-times.ts';
import { type BenchCampaign, makeCampaign } from './make-campaign.ts';
import { openQueue } from './open-queue.ts';
import { type CpuUse, findLauncher, readCpuUse } from '../timing/read-process.ts';
import { type RunningOact, runOact, startOact } from './start-oact.ts';

export interface PipelineRun {
  attempts: AttemptTimes[];
  /** CPU seconds of the whole run. */
  consumerCpu: CpuUse;
  /** Its children are the programs. */
  launcherCpu: CpuUse;
  reconcilerCpu: CpuUse;
}

export interface PipelineOptions {
  jobCount: number;
  slots: number;
  program: string;
  /** Called when the campaign exists and nothing runs yet. */
  prepare?: (campaign: BenchCampaign) => void;
}

/** `oact consume` with slots that share the cores: the programs of these benchmarks hardly use any. */
export function startConsumer(
  context: BenchContext,
  campaign: BenchCampaign,
  options: { slots: number; program: string },
): RunningOact {
  const { slots, program } = options;
  const slotFlags = ['--slots', String(slots), '--cores-per-slot', '1', '--oversubscribe'];
  return startOact(context, ['consume', '-C', campaign.dir, ...slotFlags, '--orca-path', program]);
}

/**
 * Runs jobs through the processes of a real campaign: `oact enqueue`, `oact consume` and `oact reconcile`. The
 * consumer waits on an empty queue when the first job comes.
 */
export async function runPipeline(context: BenchContext, options: PipelineOptions): Promise<PipelineRun> {
  const { jobCount } = options;
  const campaign = await makeCampaign(context.dir, jobCount);
  options.prepare?.(campaign);
  const { queue, close } = await openQueue(context, campaign.campaignId);
  const reconciler = startOact(context, ['reconcile', '-C', campaign.dir]);
  const consumer = startConsumer(context, campaign, options);
  const readUses = () => ({
    consumer: readCpuUse(consumer.pid),
    launcher: readLauncherUse(consumer.pid),
    reconciler: readCpuUse(reconciler.pid),
  });
  await consumer.says('consumer started');
  const before = readUses();
  await runOact(context, ['enqueue', '-C', campaign.dir, '--order', 'id', '--batch-size', String(jobCount)]);
  // A settled job is removed, so an empty queue says that all is done; asking the database would lock it.
  while (Object.values(await queue.getJobCounts()).some((count) => count > 0)) await delay(200);
  const after = readUses();
  const run = {
    consumerCpu: subtract(after.consumer, before.consumer),
    launcherCpu: subtract(after.launcher, before.launcher),
    reconcilerCpu: subtract(after.reconciler, before.reconciler),
  };
  await Promise.all([consumer.stop(), reconciler.stop(), close()]);
  const attempts = listAttemptTimes(campaign.databasePath);
  if (attempts.length !== jobCount) throw new Error(`${attempts.length} of ${jobCount} jobs succeeded`);
  return { ...run, attempts };
}

function subtract(after: CpuUse, before: CpuUse): CpuUse {
  return { own: after.own - before.own, children: after.children - before.children };
}

/** Nothing as long as the consumer has not started it. */
function readLauncherUse(consumer: number): CpuUse {
  const launcher = findLauncher(consumer);
  return launcher === undefined ? { own: 0, children: 0 } : readCpuUse(launcher);
}
