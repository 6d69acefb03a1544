import { setTimeout as delay } from 'node:timers/promises';
import type { Campaign } from '../../core/config/load-config.ts';
import { createLogger } from '../../core/logger.ts';
import { describeCure, describeStop } from '../../core/waiting/stopped-batch.ts';
import { OactError } from '../../core/errors.ts';
import { listenForStop } from '../../core/stop-signal.ts';
import { noteUnsaid } from './note-doubts.ts';
import { exitSoon } from '../terminal/exit-soon.ts';
import { giveUpOnRedis } from '../redis/give-up-on-redis.ts';
import { openCampaignWorkflow } from '../campaign/open-campaign.ts';
import { waitForQueue } from '../redis/open-queue.ts';
import { printJson } from '../terminal/print.ts';
import { openCampaignTimes } from '../predict/campaign-times.ts';
import { arrangeSelection, expectOf } from '../predict/use-times.ts';
import type { Selection } from '../../producer/supply/selection.ts';
import { type Refill, type RefillMemory, refillQueue, type RefillTotals } from '../serve/refill-queue.ts';
import { createTroubleLog } from '../serve/trouble-log.ts';

/** A queue that is half full lasts longer than this. */
const roundMs = 2000;

/**
 * `oact enqueue --watch`: tops the queue up to its high-water mark until a signal comes. Redis or the database away: says so once,
 * and resumes when it is back. Results are settled by the process that reconciles.
 * @throws OactError DATABASE_REPLACED; BATCH_STOPPED when all that it puts on the queue dies of one input error
 */
export async function watchQueue(
  campaign: Campaign,
  wanted: Refill,
  flags: { json?: boolean; order?: Selection['order'] },
): Promise<void> {
  const log = createLogger();
  const workflow = openCampaignWorkflow(campaign, { tries: 1 });
  const times = openCampaignTimes(workflow, wanted.batch.recipe);
  const refill = { ...wanted, selection: arrangeSelection(wanted.selection, flags.order, times, workflow) };
  const stop = listenForStop((reason) => log.info({ ...reason }, 'stop signal received'));
  const { drain: signal } = stop;
  const totals: RefillTotals = { queued: 0, refused: 0, stopped: null, leftOut: [] };
  try {
    noteUnsaid(workflow, refill.selection.ids);
    const open = await waitForQueue(campaign, 'producer', log, signal);
    if (!open) return;
    const { queue, outage } = open;
    const trouble = createTroubleLog(log, outage, workflow.path);
    const memory: RefillMemory = { batchId: undefined };
    log.info({ redis: open.address.url, highWater: refill.highWater }, 'watching the queue');
    try {
      while (!signal.aborted && totals.stopped === null) {
        try {
          const round = refillQueue(
            { workflow, queue, refill, signal, log, expect: expectOf(times) },
            memory,
            totals,
          );
          if ((await giveUpOnRedis(round, outage, signal)) === 'given_up') break;
          trouble.over();
        } catch (error) {
          // Another campaign's records must not get onto this queue.
          if (error instanceof OactError && error.code === 'DATABASE_REPLACED') throw error;
          trouble.failed(error);
        }
        if (totals.stopped === null && memory.isCut !== true)
          await delay(roundMs, undefined, { signal }).catch(() => undefined);
      }
    } finally {
      await open.close();
    }
    log.info({ queued: totals.queued, refused: totals.refused }, 'stopped watching the queue');
    if (flags.json === true) printJson(totals);
    if (totals.stopped !== null)
      throw new OactError('BATCH_STOPPED', describeStop(totals.stopped), {
        hint: describeCure(totals.stopped),
      });
  } finally {
    stop.dispose();
    workflow.close();
    exitSoon();
  }
}
