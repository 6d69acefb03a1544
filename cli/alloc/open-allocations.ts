/** What the commands of `oact alloc` work on: the entries, the database, and the queue where it answers. */
import type { Command } from 'commander';
import type { Logger } from '../../core/logger.ts';
import { createLogger } from '../../core/logger.ts';
import type { Campaign } from '../../core/config/load-config.ts';
import { OactError } from '../../core/errors.ts';
import type { Workflow } from '../../workflow/database/workflow.ts';
import { campaignOf } from '../campaign/campaign-of.ts';
import { openCampaignWorkflow } from '../campaign/open-campaign.ts';
import { openRedis, type OpenRedis } from '../redis/open-redis.ts';
import { exitSoon } from '../terminal/exit-soon.ts';
import type { RoundOptions } from './allocation-round.ts';
import { openEntries } from './open-entries.ts';

export interface OpenAllocations extends RoundOptions {
  campaign: Campaign;
  workflow: Workflow;
  log: Logger;
  /** Why the queue cannot be reached; null: it answers. */
  redisAway: string | null;
}

/** Opens them, does the work, and closes them. */
export async function withAllocations(
  command: Command,
  options: { readOnly: boolean },
  work: (open: OpenAllocations) => Promise<void>,
): Promise<void> {
  const campaign = campaignOf(command);
  const entries = openEntries(campaign);
  const workflow = openCampaignWorkflow(campaign, { readOnly: options.readOnly });
  const { open, away } = await tryRedis(campaign);
  try {
    const selection = { ids: null };
    const redis = open?.redis ?? null;
    const log = createLogger();
    await work({ campaign, entries, workflow, redis, redisAway: away, selection, log, now: new Date() });
  } finally {
    open?.close();
    workflow.close();
    exitSoon();
  }
}

async function tryRedis(campaign: Campaign): Promise<{ open: OpenRedis | null; away: string | null }> {
  try {
    return { open: await openRedis(campaign), away: null };
  } catch (error) {
    if (!(error instanceof OactError)) throw error;
    return { open: null, away: error.message };
  }
}
