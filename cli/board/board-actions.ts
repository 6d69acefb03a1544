import type { Campaign } from '../../core/config/load-config.ts';
import type { Logger } from '../../core/logger.ts';
import type { ActionReport, BoardActions } from '../../board/server/board-ports.ts';
import { keepPause } from '../../producer/steering/keep-pause.ts';
import { writePause } from '../../workflow/steering/pause.ts';
import { type ActionContext, withAway } from '../steer/action-context.ts';
import { actInBulk, previewBulk } from './bulk-from-board.ts';
import { cancelFromBoard } from './cancel-from-board.ts';
import { openCampaignWorkflow } from '../campaign/open-campaign.ts';
import { requeueFromBoard } from './requeue-from-board.ts';
import { tryOpenQueue } from '../redis/try-open-queue.ts';

/**
 * The buttons of a board that is allowed to act: the same verbs as the commands, each with connections of its own that may
 * write, for as long as it takes. What the pages read with never can.
 */
export function createBoardActions(campaign: Campaign, log: Logger, where = 'on the board'): BoardActions {
  const act = async (
    verb: string,
    recordId: number | null,
    perform: (context: ActionContext) => Promise<ActionReport>,
  ): Promise<ActionReport> => {
    const workflow = openCampaignWorkflow(campaign);
    try {
      const tried = await tryOpenQueue(campaign, log);
      try {
        const report = await perform({ campaign, workflow, tried });
        log.info({ verb, ...(recordId !== null && { recordId }), ...report }, 'requested on the board');
        return report;
      } finally {
        await tried.open?.close();
      }
    } finally {
      workflow.close();
    }
  };
  return {
    requeue: (recordId) => act('requeue', recordId, (context) => requeueFromBoard(context, recordId)),
    cancel: (recordId) => act('cancel', recordId, (context) => cancelFromBoard(context, recordId, where)),
    pause: () => act('pause', null, (context) => setPause(context, true)),
    resume: () => act('resume', null, (context) => setPause(context, false)),
    bulk: {
      preview: async (verb, ids) => {
        const workflow = openCampaignWorkflow(campaign, { readOnly: true });
        try {
          return await previewBulk({ campaign, workflow }, verb, ids);
        } finally {
          workflow.close();
        }
      },
      act: (verb, ids) => act(`${verb} of many`, null, (context) => actInBulk(context, verb, ids)),
    },
  };
}

async function setPause({ workflow, tried }: ActionContext, isWanted: boolean): Promise<ActionReport> {
  writePause(workflow, isWanted ? { since: new Date().toISOString(), reason: 'on the board' } : null);
  if (tried.open) await keepPause(workflow, tried.open.queue);
  const sentence = isWanted
    ? 'Paused: no job starts until you resume. Running jobs continue.'
    : 'Resumed: consumers take jobs again.';
  return { isDone: true, sentence: withAway(sentence, tried) };
}
