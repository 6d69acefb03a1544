import { join } from 'node:path';
import { Queue } from 'bullmq';
import type { Redis } from 'ioredis';
import { pino } from 'pino';
import { onTestFinished } from 'vitest';
import { connectRedis, toRedisOptions } from '../../core/redis/connect-redis.ts';
import { queuePrefix } from '../../core/job/queue-names.ts';
import type { RedisAddress } from '../../core/redis/redis-address.ts';
import type { BatchOptions } from '../../producer/batch-options.ts';
import type { Selection } from '../../producer/supply/selection.ts';
import { createWorkflow } from '../../workflow/schema/create-workflow.ts';
import { insertStructures, type NewStructure } from '../../workflow/records/insert-structures.ts';
import { openWorkflow } from '../../workflow/database/open-workflow.ts';
import type { Workflow } from '../../workflow/database/workflow.ts';
import { aBatch } from '../consumer/a-payload.ts';
import { makeCampaignDir } from '../support/campaign-dir.ts';
import { aStructure } from '../workflow/sample-workflow.ts';

/** A campaign on disk with its queue on a shared Redis: what producer and reconciler work on. */
export interface LoginNode {
  workflow: Workflow;
  queue: Queue;
  redis: Redis;
  jobRoot: string;
  batch: BatchOptions;
  /** Ids of the jobs that wait, in the order in which consumers get them. */
  waiting(): Promise<string[]>;
}

export const silentLog = pino({ level: 'silent' });

/** Records with ids from 1 that wait to be run; `changes` has one entry per record. */
export async function makeLoginNode(
  address: RedisAddress,
  changes: readonly Partial<NewStructure>[],
): Promise<LoginNode> {
  const campaign = makeCampaignDir();
  const path = join(campaign.dir, 'workflow.db');
  createWorkflow(path);
  const workflow = openWorkflow(path);
  insertStructures(
    workflow,
    changes.map((change, index) => aStructure(index, change)),
  );
  const redis = await connectRedis(address);
  const prefix = queuePrefix(workflow.campaignId);
  const queue = new Queue('default', { connection: toRedisOptions(address), prefix });
  onTestFinished(async () => {
    await queue.close();
    redis.disconnect();
    workflow.close();
    campaign.remove();
  });
  const jobRoot = join(campaign.dir, 'jobs');
  return {
    workflow,
    queue,
    redis,
    jobRoot,
    batch: aBatch(jobRoot),
    waiting: async () => (await redis.lrange(`${prefix}:default:wait`, 0, -1)).toReversed(),
  };
}

export function aSelection(changes: Partial<Selection> = {}): Selection {
  return {
    batchSize: 100,
    order: 'id',
    ids: null,
    minAtoms: null,
    maxAtoms: null,
    maxFailCount: null,
    ...changes,
  };
}
