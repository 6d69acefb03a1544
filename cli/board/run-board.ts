import { once } from 'node:events';
import { basename } from 'node:path';
import type { Command } from 'commander';
import type { BoardChemistry } from '../../board/server/board-ports.ts';
import { endedSessionsPath } from '../../board/server/ended-sessions.ts';
import { boardTokenPath, ensureToken } from '../../board/server/board-token.ts';
import { startBoard } from '../../board/server/start-board.ts';
import { createBoardActions } from './board-actions.ts';
import { explainJob } from '../job/explain/explain-job.ts';
import { readJobFacts } from '../job/explain/read-job-facts.ts';
import { campaignOf } from '../campaign/campaign-of.ts';
import { openCampaignWorkflow } from '../campaign/open-campaign.ts';
import { type OpenQueue, openQueue } from '../redis/open-queue.ts';
import { exitSoon } from '../terminal/exit-soon.ts';
import { print } from '../terminal/print.ts';
import type { Campaign } from '../../core/config/load-config.ts';
import { OactError, messageOf } from '../../core/errors.ts';
import { defaultLane } from '../../core/job/queue-names.ts';
import { listLanes } from '../../core/redis/lane-names.ts';
import { queueOfLane } from '../../core/redis/lane-queues.ts';
import { type Logger, createLogger } from '../../core/logger.ts';
import { listenForStop } from '../../core/stop-signal.ts';
import { readLastFrame, tailOfTrajectory } from '../../orca/input/read-last-frame.ts';
import { showRecord } from '../../workflow/lookup/show-record.ts';
import { createCurveFollower } from '../../orca/progress/read-curves.ts';
import { describeRemedies } from '../../orca/retry/describe-remedies.ts';
import { atomicNumberOf } from '../../orca/structure/elements.ts';
import { covalentRadiusOf } from '../../orca/structure/measure-distances.ts';
import { parseGeometry } from '../../orca/structure/parse-geometry.ts';

/** Flags of `oact board`. */
export interface BoardFlags {
  port: number;
  host: string;
  allowActions?: boolean;
}

export async function runBoard(command: Command, flags: BoardFlags): Promise<void> {
  const campaign = campaignOf(command);
  const log = createLogger();
  const workflow = openCampaignWorkflow(campaign, { readOnly: true, tries: 1 });
  const stop = listenForStop();
  // The one who started it beside something else is gone.
  process.once('disconnect', () => process.exit());
  let open: OpenQueue | undefined;
  try {
    open = await openBroker(campaign, log);
    const board = await startBoard({
      source: {
        title: basename(campaign.dir),
        campaignId: campaign.config.campaign,
        lane: defaultLane,
        jobRoot: campaign.jobRoot,
        maxFailCount: campaign.config.job.maxFailCount,
        workflow,
        broker: open
          ? { queue: open.queue, otherLanes: await otherLanes(open, campaign), redis: open.redis }
          : null,
      },
      actions: flags.allowActions === true ? createBoardActions(campaign, log) : {},
      chemistry: boardChemistry,
      explain: async (recordId) => {
        const record = showRecord(workflow, recordId);
        if (!record) return null;
        return explainJob(await readJobFacts(campaign, workflow, record), new Date());
      },
      token: ensureToken(campaign.dir),
      endedSessionsFile: endedSessionsPath(campaign.dir),
      log,
      port: flags.port,
      host: flags.host,
    });
    print(`${board.url}\nThe token is in ${boardTokenPath(campaign.dir)}`);
    process.send?.({ url: board.url });
    if (!stop.drain.aborted) await once(stop.drain, 'abort');
    await board.stop();
  } finally {
    stop.dispose();
    await open?.close();
    workflow.close();
    exitSoon();
  }
}

/** Those of oact.yaml, and those that have had jobs. */
async function otherLanes({ queue, redis }: OpenQueue, campaign: Campaign): Promise<OpenQueue['queue'][]> {
  const { campaign: id, lanes } = campaign.config;
  const names = new Set([...(await listLanes(redis, id)), ...Object.keys(lanes)]);
  names.delete(defaultLane);
  return Promise.all([...names].map((lane) => queueOfLane(queue, lane)));
}

/** Without Redis the pages still show all that the database knows. */
async function openBroker(campaign: Campaign, log: Logger): Promise<OpenQueue | undefined> {
  try {
    return await openQueue(campaign, 'board', log);
  } catch (error) {
    if (!(error instanceof OactError)) throw error;
    log.warn({ error: messageOf(error), hint: error.hint }, 'the pages show no queue');
    return undefined;
  }
}

/** What the pages know of ORCA. */
export const boardChemistry: BoardChemistry = {
  followCurves: createCurveFollower,
  parseGeometry,
  readLastFrame,
  tailOfTrajectory,
  describeRemedies,
  atomicNumberOf,
  covalentRadiusOf,
};
