import { describeCancellation } from '../../core/job/cancellation.ts';
import type { Logger } from '../../core/logger.ts';
import type { JobPayload } from '../../core/job/payload.ts';
import { ackResult, failJob } from './ack-job.ts';
import { checkOwner } from '../files/adopt-result.ts';
import type { HeldJob } from './held-job.ts';
import { finishCancelled, type FinishedRun, type NodeSetup } from '../run/run-job.ts';

/**
 * Answers for a job that a person cancelled, when nothing of it runs any more: what its run left is published, restart files included.
 * @param finished null: ORCA had not started
 */
export async function answerCancelled(
  held: HeldJob,
  payload: JobPayload,
  finished: FinishedRun | null,
  log: Logger,
  { setup, force }: { setup: NodeSetup; force: AbortSignal },
): Promise<'completed' | 'cancelled'> {
  const words = describeCancellation(held.cancelReason ?? '');
  if (finished === null) {
    await failJob(held, words, log, force);
    return 'cancelled';
  }
  const result = await finishCancelled(payload, held.slot, setup, finished, words);
  checkOwner(result, payload);
  await ackResult(held, result, log, force);
  log.info({ outcome: result.outcome }, 'job cancelled and stopped');
  return result.outcome.kind === 'completed' ? 'completed' : 'cancelled';
}
