import { OactError } from '../../core/errors.ts';
import type { Campaign } from '../../core/config/load-config.ts';
import type { Logger } from '../../core/logger.ts';
import { describeRunLock } from '../campaign/hold-run-lock.ts';
import { openQueue, type OpenQueue } from './open-queue.ts';

/** The queue, or why it cannot be reached and who will do what the database says. */
export type TriedQueue =
  | { open: OpenQueue; away: null }
  | { open: null; away: { reason: string; willFollow: string; isSoon: boolean } };

const awayCodes = ['REDIS_UNREACHABLE', 'REDIS_NOT_FOUND', 'REDIS_OTHER_NODE'];

/**
 * Opens the queue for a command whose wish is noted in the database anyway: a Redis that is away is no reason to give up.
 * @throws OactError for every other reason, such as a wrong password
 */
export async function tryOpenQueue(campaign: Campaign, log: Logger): Promise<TriedQueue> {
  try {
    return { open: await openQueue(campaign, 'producer', log), away: null };
  } catch (error) {
    if (!(error instanceof OactError) || !awayCodes.includes(error.code)) throw error;
    // `oact run` has a queue of its own that nobody else sees.
    const busy = describeRunLock(campaign.dir);
    const willFollow =
      busy === null
        ? 'The request is in the database; oact serve, reconcile or run carries it out as soon as Redis is back.'
        : `The request is in the database; ${busy.replace(/ already uses .*/, '')} carries it out within a minute.`;
    return { open: null, away: { reason: error.message, willFollow, isSoon: busy !== null } };
  }
}
