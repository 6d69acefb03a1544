/** Does what a user confirmed in `oact top`, by the same verbs as the commands. */
import type { Campaign } from '../../core/config/load-config.ts';
import { announceSeconds } from '../../core/progress/consumer-registry.ts';
import { defaultLane } from '../../core/job/queue-names.ts';
import { messageOf } from '../../core/errors.ts';
import { createLogger } from '../../core/logger.ts';
import { requestDrain } from '../../infra/consumers/list-consumers.ts';
import { createBoardActions } from '../board/board-actions.ts';
import { openQueue } from '../redis/open-queue.ts';
import { commandOf, type TopAction } from './top-state.ts';

/** @returns one line: the command, and what came of it. Never throws: the screen stays. */
export async function act(campaign: Campaign, action: TopAction): Promise<string> {
  // A line of a log would tear the screen.
  const log = createLogger({ level: 'silent' });
  try {
    if (action.kind === 'drain') {
      const open = await openQueue(campaign, 'producer', log);
      try {
        await requestDrain(open.redis, campaign.config.campaign, defaultLane, {
          ids: [action.consumerId],
          now: new Date(),
        });
      } finally {
        await open.close();
      }
      return `${commandOf(action)}: it is notified within ${announceSeconds} s.`;
    }
    const actions = createBoardActions(campaign, log, 'in oact top');
    const verb = action.kind === 'cancel' ? actions.cancel : actions.requeue;
    if (verb === undefined) throw new Error(`${action.kind} cannot be done here`);
    const { sentence } = await verb(action.recordId);
    return `${commandOf(action)}: ${sentence}`;
  } catch (error) {
    return `${commandOf(action)}: ${messageOf(error)}`;
  }
}
