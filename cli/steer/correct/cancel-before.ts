import type { Campaign } from '../../../core/config/load-config.ts';
import { OactError } from '../../../core/errors.ts';
import type { Logger } from '../../../core/logger.ts';
import { defaultLane, noticeSeconds } from '../../../core/job/queue-names.ts';
import { cancel } from '../../../producer/steering/cancel.ts';
import type { Workflow } from '../../../workflow/database/workflow.ts';
import { cancellableStatuses, listCancellable } from '../../../workflow/steering/list-cancellable.ts';
import { tryOpenQueue } from '../../redis/try-open-queue.ts';
import { userName } from '../user-name.ts';
import { waitForCancelled } from '../wait-for-cancelled.ts';

interface CancelContext {
  campaign: Campaign;
  workflow: Workflow;
  log: Logger;
  stop: AbortSignal;
}

/**
 * Cancels records that run or wait on the queue and waits until nothing of them runs, so that they can be corrected.
 * @throws OactError REDIS_UNREACHABLE when nobody can stop them now
 */
export async function cancelBefore(
  { campaign, workflow, log, stop }: CancelContext,
  ids: readonly number[],
  isQuiet: boolean,
): Promise<void> {
  const tried = await tryOpenQueue(campaign, log);
  if (tried.open === null && !tried.away.isSoon)
    throw new OactError('REDIS_UNREACHABLE', `running jobs cannot be cancelled: ${tried.away.reason}`, {
      hint: 'Nothing was changed. Start Redis (oact redis start) and run the command again.',
    });
  try {
    const ranges = ids.map((id) => ({ from: id, to: id }));
    const chosen = listCancellable(workflow, { statuses: [...cancellableStatuses], ids: ranges }).filter(
      ({ status }) => status === 'running',
    );
    const options = {
      lane: defaultLane,
      reason: `to be corrected by ${userName()}`,
      noticeSeconds,
      signal: stop,
    };
    const steps = await cancel(workflow, tried.open, chosen, options);
    await waitForCancelled({ campaign, workflow, open: tried.open, log, stop }, steps, isQuiet);
  } finally {
    await tried.open?.close();
  }
}
