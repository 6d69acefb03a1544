import { z } from 'zod';
import { messageOf } from '../core/errors.ts';
import type { Logger } from '../core/logger.ts';
import { failureOf, untilAnswered } from './ack-job.ts';
import type { HeldJob } from './held-job.ts';

/** What a job carries of the faults it met, in BullMQ's progress field, where the board shows it. */
const faultsSchema = z.object({ faults: z.int().nonnegative() });

/** How often a job met a fault of ours before. */
function countFaults(progress: unknown): number {
  return faultsSchema.safeParse(progress).data?.faults ?? 0;
}

export interface FaultContext {
  node: string;
  /** Faults after which the job is taken for the cause and failed; its record is not charged. */
  crashLimit: number;
  /** Wait before the job comes again, doubled at each fault: time for another node to take it, or for the cause to pass. */
  faultDelayMs: number;
  giveUp: AbortSignal;
}

/**
 * Gives a job back that could not be run through no fault of ORCA's. It comes again later, behind others, because at the
 * head of the queue one bad job would stop node after node.
 * @returns whether the job is over
 */
export async function answerFault(
  held: HeldJob,
  error: unknown,
  log: Logger,
  context: FaultContext,
): Promise<'fault' | 'refused'> {
  const { job, token } = held;
  const faults = countFaults(job.progress) + 1;
  const reason = messageOf(error);
  if (faults >= context.crashLimit) {
    log.error({ err: error, faults }, 'fault: the job met too many and is failed');
    const message = `fault: ${reason} (met ${faults} times, last on ${context.node})`;
    await untilAnswered(() => job.moveToFailed(failureOf(message), token, false), log, context.giveUp);
    return 'refused';
  }
  const delayMs = context.faultDelayMs * 2 ** (faults - 1);
  log.error({ err: error, faults, againInSeconds: delayMs / 1000 }, 'fault: the job is handed back');
  const giveBack = async (): Promise<void> => {
    await job.updateProgress({ faults, lastFault: reason, node: context.node });
    await job.moveToDelayed(Date.now() + delayMs, token);
  };
  await untilAnswered(giveBack, log, context.giveUp);
  return 'fault';
}
