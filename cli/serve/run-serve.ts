import type { Command } from 'commander';
import { startBoardProcess } from '../../board/server/start-board-process.ts';
import { campaignOf } from '../campaign/campaign-of.ts';
import { checkRunLock } from '../campaign/hold-run-lock.ts';
import { openCampaignWorkflow } from '../campaign/open-campaign.ts';
import { waitForQueue } from '../redis/open-queue.ts';
import { batchFromFlags } from '../enqueue/batch-from-flags.ts';
import {
  type AllInOneFlags,
  beginAllInOne,
  checkAllInOneFlags,
  chooseBoardPort,
} from './all-in-one/all-in-one.ts';
import type { BatchFlags } from '../flags/batch-flags.ts';
import { openCampaignTimes } from '../predict/campaign-times.ts';
import { arrangeSelection, expectOf } from '../predict/use-times.ts';
import { type SelectionFlags, selectionFromFlags } from '../flags/selection-flags.ts';
import { keepAllocations } from '../alloc/keep-allocations.ts';
import { openEntries } from '../alloc/open-entries.ts';
import { type RetryFlags, afterFailureOf } from './after-failure.ts';
import { keepCampaign } from './keep-campaign.ts';
import { keepForecast } from '../predict/keep-forecast.ts';
import { leadCampaign, nameOfProcess } from './lead-campaign.ts';
import { exitSoon } from '../terminal/exit-soon.ts';
import { defaultLane, noticeSeconds } from '../../core/job/queue-names.ts';
import { createLogger } from '../../core/logger.ts';
import { logFileOf, type LogFileFlags } from '../flags/log-file.ts';
import { listenForStop } from '../../core/stop-signal.ts';
import { watchCampaign } from '../../infra/hooks/watch-campaign.ts';
import type { SnapshotSource } from '../../infra/metrics/take-snapshot.ts';
import { startStallCheck } from '../../reconciler/check-stalled.ts';
import { mendCampaign } from './mend-campaign.ts';
import { noteUnsaid } from '../enqueue/note-doubts.ts';

/** Flags of `oact serve`. */
export interface ServeFlags extends LogFileFlags, SelectionFlags, BatchFlags, RetryFlags, AllInOneFlags {
  once?: boolean;
  install?: 'systemd' | 'cron';
  write?: boolean;
  json?: boolean;
  highWater?: number;
  metricsPort?: number;
  boardPort?: number;
  allowActions?: boolean;
  /** For tests, seconds. */
  hookInterval?: number;
  stalledInterval?: number;
  noticeSeconds?: number;
}

/** EX_TEMPFAIL, as of `oact consume`. */
const stoppedWithWorkLeft = 75;

/** @param script with --chain, the batch script of this allocation and its arguments */
export async function runServe(
  command: Command,
  flags: ServeFlags,
  script: readonly string[] = [],
): Promise<void> {
  const campaign = campaignOf(command);
  const batch = batchFromFlags(flags, campaign);
  const chosen = selectionFromFlags(flags, campaign.config.job.maxFailCount);
  const afterFailure = afterFailureOf(campaign, flags);
  const highWater = flags.highWater ?? campaign.config.queue.highWater;
  const entries = openEntries(campaign);
  checkAllInOneFlags(flags);
  checkRunLock(campaign.dir);
  const log = createLogger(logFileOf(flags));
  // One try: the loop comes back anyway, and must see its stop signal.
  const workflow = openCampaignWorkflow(campaign, { tries: 1 });
  const times = openCampaignTimes(workflow, batch.recipe);
  const selection = arrangeSelection(chosen, flags.order, times, workflow);
  const stop = listenForStop((reason) => log.info({ ...reason }, 'stop signal received'));
  try {
    noteUnsaid(workflow, selection.ids);
    const holder = nameOfProcess();
    const allInOne =
      flags.withRedis === true
        ? await beginAllInOne({ campaign, workflow, afterFailure, holder, script, flags, log, stop })
        : undefined;
    if (flags.withRedis === true && !allInOne) return;
    const open = await waitForQueue(campaign, 'producer', log, stop.drain);
    if (!open) return;
    const shared = { lane: defaultLane, jobRoot: campaign.jobRoot, log, outage: open.outage };
    const stalls = startStallCheck(open.connection, {
      ...shared,
      campaignId: workflow.campaignId,
      ...(flags.noticeSeconds !== undefined && { noticeSeconds: flags.noticeSeconds }),
      ...(flags.stalledInterval !== undefined && { intervalSeconds: flags.stalledInterval }),
    });
    const watched = { ...open, workflow, lane: defaultLane, log };
    allInOne?.follow(open);
    const leadership = leadCampaign({ workflow, log, holder, leaseSeconds: flags.leaseSeconds });
    const metrics = await serveMetrics(campaign.dir, flags.metricsPort, watched);
    const hooks = watchCampaign({
      ...watched,
      settings: campaign.config.hooks,
      campaignDir: campaign.dir,
      intervalSeconds: flags.hookInterval,
      mayLook: () => leadership.isLeading(),
    });
    const allocations = keepAllocations({
      campaign,
      workflow,
      redis: open.redis,
      selection,
      times,
      entries,
      log,
      isLeader: () => leadership.isLeading(),
    });
    const forecast = keepForecast({
      ...open,
      workflow,
      times,
      ids: selection.ids,
      log,
      isLeader: () => leadership.isLeading(),
    });
    const boardPort = allInOne ? await chooseBoardPort(flags.boardPort) : flags.boardPort;
    const board =
      boardPort === undefined
        ? undefined
        : startBoardProcess({
            campaignDir: campaign.dir,
            port: boardPort,
            allowActions: flags.allowActions ?? false,
            log,
          });
    log.info({ campaign: campaign.dir, redis: open.address.url, highWater }, 'serving');
    let rounds = 0;
    let isDone = false;
    try {
      const totals = await keepCampaign({
        ...open,
        ...shared,
        workflow,
        signal: allInOne?.ended ?? stop.drain,
        pauseRefill: stop.drain,
        afterFailure,
        refill: { selection, batch, highWater, notedBy: 'oact serve' },
        keepSettled: campaign.config.queue.keepSettled,
        expect: expectOf(times),
        noticeSeconds: flags.noticeSeconds ?? noticeSeconds,
        untilDone: flags.untilDone ?? false,
        onRound: () => {
          rounds += 1;
          // Where the first round finds that all is done, nobody needs to come.
          if (rounds === 2) allInOne?.announce(boardPort ?? null);
        },
        mend: () => mendCampaign(campaign, workflow, log),
        leadership,
      });
      isDone = flags.untilDone === true && !stop.drain.aborted;
      log.info({ ...totals, isDone }, 'stopped serving');
      if (flags.untilDone === true && !isDone) process.exitCode = stoppedWithWorkLeft;
    } finally {
      forecast.stop();
      await Promise.all([stalls.stop(), hooks.stop(), metrics?.stop(), board?.stop(), allocations.stop()]);
      await allInOne?.end(open, isDone);
      leadership.stop();
      await open.close();
    }
  } finally {
    stop.dispose();
    workflow.close();
    exitSoon();
  }
}

/** Serves the metrics while a command runs; undefined when no port was asked for. @throws OactError PORT_IN_USE */
async function serveMetrics(
  campaignDir: string,
  port: number | undefined,
  source: SnapshotSource,
): Promise<{ stop(): Promise<void> } | undefined> {
  if (port === undefined) return undefined;
  const { createMetricsApp, ensureMetricsToken, metricsTokenPath } =
    await import('../../infra/metrics/metrics-app.ts');
  const { startMetrics } = await import('../../infra/metrics/start-metrics.ts');
  const { createSnapshotTaker } = await import('../../infra/metrics/take-snapshot.ts');
  const token = ensureMetricsToken(campaignDir);
  const app = createMetricsApp({ takeSnapshot: createSnapshotTaker(source), token });
  const metrics = await startMetrics(app, port);
  source.log.info({ url: metrics.url, tokenFile: metricsTokenPath(campaignDir) }, 'metrics are served');
  return metrics;
}
