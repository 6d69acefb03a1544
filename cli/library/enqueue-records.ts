import { createLogger } from '../../core/logger.ts';
import type { Campaign } from '../../core/config/load-config.ts';
import { enqueue } from '../../producer/enqueue.ts';
import { checkRunLock } from '../campaign/hold-run-lock.ts';
import { openCampaignWorkflow } from '../campaign/open-campaign.ts';
import { batchFromFlags } from '../enqueue/batch-from-flags.ts';
import type { BatchFlags } from '../flags/batch-flags.ts';
import { selectionFromFlags, type SelectionFlags } from '../flags/selection-flags.ts';
import { openCampaignTimes } from '../predict/campaign-times.ts';
import { arrangeSelection, expectOf } from '../predict/use-times.ts';
import { openQueue } from '../redis/open-queue.ts';
import type { EnqueueReport } from './oact.d.ts';

/** `oact enqueue` for programs: an error says why nothing was done; a batch with nothing to queue is none. */
export async function enqueueRecords(
  campaign: Campaign,
  flags: SelectionFlags & BatchFlags,
): Promise<EnqueueReport> {
  const batch = batchFromFlags(flags, campaign);
  const chosen = selectionFromFlags(flags, campaign.config.job.maxFailCount, 'small');
  checkRunLock(campaign.dir);
  const workflow = openCampaignWorkflow(campaign);
  try {
    const times = openCampaignTimes(workflow, batch.recipe);
    const selection = arrangeSelection(chosen, undefined, times, workflow);
    const open = await openQueue(campaign, 'producer', createLogger({ level: 'warn' }));
    try {
      const { queued, refused, skipped } = await enqueue(workflow, open.queue, selection, batch, {
        expect: expectOf(times),
      });
      return { queued, refused: refused.map(reasonOf), skipped: skipped.map(reasonOf) };
    } finally {
      await open.close();
    }
  } finally {
    workflow.close();
  }
}

const reasonOf = ({ recordId, reason }: { recordId: number; reason: string }) => ({ id: recordId, reason });
