import type { Command } from 'commander';
import { OactError } from '../../core/errors.ts';
import { parseHistory } from '../../core/job/job-history.ts';
import type { Campaign } from '../../core/config/load-config.ts';
import { createLogger } from '../../core/logger.ts';
import { findJobQueue } from '../../core/redis/lane-queues.ts';
import { defaultLane } from '../../core/job/queue-names.ts';
import { listConsumers } from '../../infra/consumers/list-consumers.ts';
import { type CorrectionView, listCorrections } from '../../workflow/lookup/list-corrections.ts';
import type { RecordView } from '../../workflow/lookup/show-record.ts';
import { campaignOf } from '../campaign/campaign-of.ts';
import { openCampaignWorkflow } from '../campaign/open-campaign.ts';
import { openQueue } from '../redis/open-queue.ts';
import { print, printJson } from '../terminal/print.ts';
import { readRecord } from './read-record.ts';
import { resolveRecord } from './resolve-record.ts';
import { type JobView, type QueuedJob, renderJob } from './render-job.ts';
import { listRunning } from '../status/summarize-running.ts';

export async function runJobShow(command: Command, wanted: string, flags: { json?: boolean }): Promise<void> {
  const campaign = campaignOf(command);
  const record = findRecord(campaign, wanted);
  const open = record.attempts.find((attempt) => attempt.settledAt === null);
  const view: JobView = {
    ...record,
    queue: open === undefined ? null : await readQueued(campaign, open.jobId),
  };
  if (flags.json === true) printJson(view);
  else print(renderJob(view));
}

/** @throws OactError RECORD_NOT_FOUND */
function findRecord(campaign: Campaign, wanted: string): RecordView & { corrections: CorrectionView[] } {
  const workflow = openCampaignWorkflow(campaign, { readOnly: true });
  try {
    const record = readRecord(workflow, resolveRecord(workflow, wanted));
    return { ...record, corrections: listCorrections(workflow, record.id) };
  } finally {
    workflow.close();
  }
}

/** What the queue says of the job at this moment, or why it says nothing. */
async function readQueued(campaign: Campaign, jobId: string): Promise<QueuedJob | { error: string }> {
  try {
    const open = await openQueue(campaign, 'board', createLogger());
    try {
      const job = await (await findJobQueue(open.queue, jobId))?.getJob(jobId);
      if (!job) return { error: `the queue does not have ${jobId}; oact reconcile adds it again` };
      const state = await job.getState();
      const { node, at, lastFault, handedBack, faults } = parseHistory(job.progress);
      const id = campaign.config.campaign;
      const { consumers } = await listConsumers(open.redis, id, defaultLane, new Date());
      const running = listRunning(consumers).find((one) => one.jobId === jobId && state === 'active');
      return {
        jobId,
        state,
        node: (state === 'active' ? job.processedBy : undefined) ?? node,
        since:
          state === 'active' && job.processedOn !== undefined ? new Date(job.processedOn).toISOString() : at,
        lastFault,
        counts: { starts: job.attemptsStarted, lost: job.stalledCounter, handedBack, faults },
        slot: running?.slot ?? null,
        progress: running?.progress ?? null,
      };
    } finally {
      await open.close();
    }
  } catch (error) {
    if (!(error instanceof OactError)) throw error;
    return { error: `not reachable: ${error.message}` };
  }
}
