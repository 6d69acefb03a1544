import { mendCampaign } from './mend-campaign.ts';
import { join } from 'node:path';
import type { Command } from 'commander';
import { followPublicKey } from '../../core/payload-signature.ts';
import { createWalltime } from '../../scheduler/walltime.ts';
import type { ConsumerReport } from '../../consumer/consumer-options.ts';
import { runConsumer } from '../../consumer/run-consumer.ts';
import { countSmallest } from '../../consumer/lanes/plan-packing.ts';
import { claimCores, listTakenCores } from '../../consumer/cores/claim-cores.ts';
import { leaveScratch } from '../../consumer/files/run-scratch.ts';
import { stopOrphans } from '../../consumer/process/stop-orphans.ts';
import { OactError } from '../../core/errors.ts';
import type { Campaign } from '../../core/config/load-config.ts';
import { createLogger, type Logger } from '../../core/logger.ts';
import { defaultLane, lockSeconds, renewSeconds } from '../../core/job/queue-names.ts';
import { describeRedis } from '../../core/redis/redis-address.ts';
import { listenForStop, type StopSignal } from '../../core/stop-signal.ts';
import { describeCure, describeStop } from '../../core/waiting/stopped-batch.ts';
import { watchCampaign } from '../../infra/hooks/watch-campaign.ts';
import { startStallCheck } from '../../reconciler/check-stalled.ts';
import type { AfterFailure } from '../../workflow/attempts/settle-and-retry.ts';
import type { Workflow } from '../../workflow/database/workflow.ts';
import { afterFailureOf, type RetryFlags } from './after-failure.ts';
import { noteUnsaid } from '../enqueue/note-doubts.ts';
import { batchFromFlags } from '../enqueue/batch-from-flags.ts';
import { openCampaignTimes } from '../predict/campaign-times.ts';
import { arrangeSelection, expectOf } from '../predict/use-times.ts';
import { selectionFromFlags, type SelectionFlags } from '../flags/selection-flags.ts';
import { holdRunLock } from '../campaign/hold-run-lock.ts';
import { decideRunEnd, type RunEnd, type RunFacts } from './decide-run-end.ts';
import { keepCampaign, type KeepTotals } from './keep-campaign.ts';
import { campaignOf } from '../campaign/campaign-of.ts';
import { openCampaignWorkflow } from '../campaign/open-campaign.ts';
import { openQueue, type OpenQueue } from '../redis/open-queue.ts';
import { planNode, type NodePlan } from '../node/plan-node.ts';
import { print, printJson } from '../terminal/print.ts';
import { startProgressLine } from '../terminal/progress-line.ts';
import type { BatchFlags } from '../flags/batch-flags.ts';
import type { NodeFlags } from '../flags/node-flags.ts';
import { keepForecast } from '../predict/keep-forecast.ts';
import { watchRun } from './watch-run.ts';

/** Flags of `oact run`. */
export interface RunFlags extends SelectionFlags, BatchFlags, NodeFlags, RetryFlags {
  json?: boolean;
}

/** Jobs in the queue per slot: enough that no slot waits for the next refill. */
const jobsPerSlot = 8;

export async function runOnThisMachine(command: Command, flags: RunFlags): Promise<void> {
  const campaign = campaignOf(command);
  const report = await runCampaign(campaign, flags, flags.json === true);
  if (flags.json === true) printJson(report);
  process.exitCode = report.exitCode;
}

/** What `oact run` did: the shape of its `--json`. */
export type RunReport = Omit<KeepTotals, 'batchId'> &
  RunFacts['counts'] &
  Pick<RunFacts, 'notSelected'> &
  Pick<RunEnd, 'exitCode' | 'next'> & { /** Claimed and not at an end. */ remaining: number };

/** Everything in one process. @returns what this run did */
export async function runCampaign(campaign: Campaign, flags: RunFlags, isQuiet: boolean): Promise<RunReport> {
  const node = await planNode(flags, campaign, await listTakenCores());
  const afterFailure = afterFailureOf(campaign, flags, true);
  const lock = holdRunLock(campaign.dir, 'run');
  const stop = listenForStop((_, forced) => {
    if (!isQuiet)
      process.stderr.write(
        forced
          ? '\nStopping now.\n'
          : '\nStopping: running jobs may end within the grace, others are handed back. Press Ctrl+C again to stop at once.\n',
      );
  });
  try {
    const workflow = openCampaignWorkflow(campaign, { tries: 1 });
    try {
      const log = createLogger({ file: join(campaign.dir, 'logs', 'run.log') });
      const open = await openQueue(campaign, 'producer', log, { startPrivate: true });
      try {
        return await runTogether({ campaign, flags, node, afterFailure, workflow, open, log, stop, isQuiet });
      } finally {
        await open.close();
      }
    } finally {
      workflow.close();
    }
  } finally {
    stop.dispose();
    lock.release();
  }
}

interface Parts {
  campaign: Campaign;
  flags: RunFlags;
  node: NodePlan;
  afterFailure: AfterFailure;
  workflow: Workflow;
  open: OpenQueue;
  log: Logger;
  stop: StopSignal;
  isQuiet: boolean;
}

async function runTogether(parts: Parts): Promise<RunReport> {
  const { campaign, flags, node, workflow, open, log, stop, isQuiet } = parts;
  const batch = batchFromFlags(flags, campaign);
  const times = openCampaignTimes(workflow, batch.recipe);
  const chosen = selectionFromFlags(flags, campaign.config.job.maxFailCount);
  const selection = arrangeSelection(chosen, flags.order, times, workflow);
  if (!isQuiet) noteUnsaid(workflow, selection.ids);
  const jobsAtOnce = node.packing === null ? node.slots.length : countSmallest(node.packing);
  const say = (line: string): void => {
    if (!isQuiet) process.stderr.write(`${line}\n`);
  };
  say(
    `${describeNode(node)}${node.setup.pin ? ', pinned' : ', not pinned'} · ${describeRedis(open.address)}`,
  );
  const stalls = startStallCheck(open.connection, {
    campaignId: workflow.campaignId,
    lane: defaultLane,
    log,
    outage: open.outage,
  });
  const hooks = watchCampaign({
    settings: campaign.config.hooks,
    campaignDir: campaign.dir,
    lane: defaultLane,
    workflow,
    redis: open.redis,
    log,
  });
  const forecast = keepForecast({ workflow, redis: open.redis, times, ids: selection.ids, log });
  await stopOrphans(log, node.setup.scratch);
  const claim = await claimCores(node.slots, log, flags.oversubscribe);
  const allDone = new AbortController();
  const consumer = startConsumer(parts, AbortSignal.any([stop.drain, allDone.signal]));
  const watch = watchRun(workflow, open.redis, selection);
  const line = startProgressLine(isQuiet);
  const kept = keepCampaign({
    workflow,
    ...open,
    jobRoot: campaign.jobRoot,
    lane: defaultLane,
    log,
    // The loop outlives the stop signal, to settle what the consumer still finishes.
    signal: consumer.ended,
    afterFailure: parts.afterFailure,
    refill: { selection, batch, highWater: jobsAtOnce * jobsPerSlot, notedBy: 'oact run' },
    keepSettled: parts.campaign.config.queue.keepSettled,
    expect: expectOf(times),
    noticeSeconds: 0,
    untilDone: true,
    mend: () => mendCampaign(campaign, workflow, log),
    onRound: (totals) => line.update(() => watch.progress(totals)),
    pauseRefill: stop.drain,
  }).finally(() => allDone.abort());
  // Also waited for when the loop failed: ORCA must not outlive the queue.
  const [loop] = await Promise.allSettled([kept, consumer.finished]);
  await claim.giveBack();
  forecast.stop();
  // The end of the campaign is seen by nobody else.
  await hooks.look();
  await hooks.stop();
  if (loop.status === 'rejected') throw loop.reason;
  const totals = loop.value;
  line.stop(await watch.progress(totals));
  await stalls.stop();
  await leaveScratch(node.setup.scratch);
  const { reason, why } = await consumer.finished;
  const facts = watch.facts(totals, stop.drain.aborted || reason === 'faulty');
  const end = decideRunEnd(facts);
  if (!isQuiet) print([...end.lines, ...end.next.map((command) => `next: ${command}`)].join('\n'));
  if (totals.stopped !== null)
    throw new OactError('BATCH_STOPPED', describeStop(totals.stopped), {
      hint: describeCure(totals.stopped),
    });
  if (reason === 'faulty') throw new OactError('NODE_FAULT', why ?? 'this node is broken');
  const { batchId: _, ...done } = totals;
  const { counts, notSelected, unfinished: remaining } = facts;
  const { exitCode, next } = end;
  return { ...done, ...counts, notSelected, remaining, exitCode, next };
}

function startConsumer(
  { campaign, flags, node, open, log, stop }: Parts,
  drain: AbortSignal,
): { finished: Promise<ConsumerReport>; ended: AbortSignal } {
  const ended = new AbortController();
  const finished = runConsumer({
    campaignId: campaign.config.campaign,
    publicKey: followPublicKey(campaign.dir),
    jobRoot: campaign.jobRoot,
    lane: defaultLane,
    connection: open.connection,
    slots: node.slots,
    packing: node.packing,
    setup: node.setup,
    unpinned: node.unpinned,
    mpirun: node.mpirun,
    walltime: createWalltime(node.allocation.endsAt),
    longestJobSeconds: null,
    graceSeconds: flags.grace ?? campaign.config.node.grace,
    idleTimeoutSeconds: null,
    crashLimit: campaign.config.job.crashLimit,
    locks: { lockSeconds, renewSeconds },
    log: log.child({ node: node.setup.node, allocationId: node.setup.allocationId }),
    drain,
    terminated: stop.terminated,
    force: stop.force,
  }).finally(() => ended.abort());
  return { finished, ended: ended.signal };
}

/** `4 slots × 8 cores`, or `64 cores for the lanes small, large`. */
function describeNode({ slots, packing }: NodePlan): string {
  if (packing === null) return `${slots.length} slots × ${slots[0]?.cores.length ?? 0} cores`;
  const lanes = packing.lanes.map(({ lane }) => lane).filter((lane) => lane !== defaultLane);
  return `${packing.node.cores.length} cores for the lanes ${lanes.join(', ')}`;
}
