import { setTimeout as delay } from 'node:timers/promises';
import type { Campaign } from '../../core/config/load-config.ts';
import type { Logger } from '../../core/logger.ts';
import { defaultLane, noticeSeconds } from '../../core/job/queue-names.ts';
import { applyCancellations } from '../../producer/steering/apply-cancellations.ts';
import type { CancelStep } from '../../producer/steering/cancel.ts';
import { readdJobs } from '../../producer/audit/readd-jobs.ts';
import { sweepFinished } from '../../reconciler/sweep-finished.ts';
import { whichWereCancelled } from '../../workflow/steering/list-cancel-requests.ts';
import { filterOpen } from '../../workflow/attempts/filter-open.ts';
import type { Workflow } from '../../workflow/database/workflow.ts';
import { stopNode } from '../serve/stop-node.ts';
import { afterFailureOf } from '../serve/after-failure.ts';
import { giveUpOnRedis } from '../redis/give-up-on-redis.ts';
import type { OpenQueue } from '../redis/open-queue.ts';
import { rowOf } from '../../orca/failures/catalogue.ts';

interface WaitContext {
  campaign: Campaign;
  workflow: Workflow;
  /** null: Redis is down, and another user does it. */
  open: OpenQueue | null;
  log: Logger;
  stop: AbortSignal;
}

const pollMs = 1000;

/**
 * Waits until what was asked to stop has stopped and its ending stands in the database; settles it itself, for when no `oact serve` is
 * there. A stop signal ends the wait.
 * @returns the steps as they are by then
 */
export async function waitForCancelled(
  context: WaitContext,
  steps: readonly CancelStep[],
  isQuiet: boolean,
): Promise<CancelStep[]> {
  const { workflow, stop, log } = context;
  const awaited = steps.flatMap(({ jobId, result }) =>
    jobId !== null && ['asked', 'pending'].includes(result) ? [jobId] : [],
  );
  let open = filterOpen(workflow, awaited);
  if (!isQuiet && open.size > 0) process.stderr.write(`oact: waiting for ${open.size} jobs to end …\n`);
  while (open.size > 0 && !stop.aborted) {
    if (context.open !== null) {
      const round = await giveUpOnRedis(settleRound(context, context.open), context.open.outage, stop);
      if (round === 'given_up') break;
    }
    open = filterOpen(workflow, awaited);
    if (open.size > 0) await delay(pollMs, undefined, { signal: stop }).catch(() => undefined);
  }
  if (open.size > 0) log.warn({ left: open.size }, 'stopped waiting; the records are cancelled anyway');
  const cancelled = whichWereCancelled(workflow, awaited);
  return steps.map((step): CancelStep => {
    const { jobId } = step;
    if (jobId === null || !awaited.includes(jobId) || open.has(jobId)) return step;
    return { ...step, result: cancelled.has(jobId) ? 'cancelled' : 'finished' };
  });
}

async function settleRound({ campaign, workflow, log }: WaitContext, open: OpenQueue): Promise<void> {
  const { queue, redis } = open;
  await applyCancellations(workflow, queue, redis, { lane: defaultLane, noticeSeconds, isDryRun: false });
  await sweepFinished(workflow, redis, {
    rulesOf: rowOf,
    lane: defaultLane,
    jobRoot: campaign.jobRoot,
    log,
    afterFailure: afterFailureOf(campaign, {}),
    keepSettled: campaign.config.queue.keepSettled,
    addRetries: (retries) => readdJobs(workflow, queue, retries),
    stopNode: (node) => stopNode(redis, workflow.campaignId, defaultLane, node),
  });
}
