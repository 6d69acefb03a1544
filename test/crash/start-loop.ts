import { join } from 'node:path';
import { Queue } from 'bullmq';
import type { Redis } from 'ioredis';
import { pino } from 'pino';
import { expect, onTestFinished, vi } from 'vitest';
import { keepCampaign, type KeepTotals } from '../../cli/serve/keep-campaign.ts';
import { watchRedis } from '../../cli/redis/watch-redis.ts';
import { connectRedis, toRedisOptions } from '../../core/redis/connect-redis.ts';
import { createOutageLog } from '../../core/redis/outage-log.ts';
import { queuePrefix } from '../../core/job/queue-names.ts';
import type { RedisAddress } from '../../core/redis/redis-address.ts';
import { startStallCheck } from '../../reconciler/check-stalled.ts';
import { createWorkflow } from '../../workflow/schema/create-workflow.ts';
import { insertStructures } from '../../workflow/records/insert-structures.ts';
import { openWorkflow } from '../../workflow/database/open-workflow.ts';
import type { Workflow } from '../../workflow/database/workflow.ts';
import { aBatch } from '../consumer/a-payload.ts';
import { aSelection } from '../producer/a-campaign.ts';
import { makeCampaignDir } from '../support/campaign-dir.ts';
import { aStructure } from '../workflow/sample-workflow.ts';

/** What `oact serve` does, in this process, with a database of its own. */
export interface Loop {
  id: string;
  path: string;
  jobRoot: string;
  workflow: Workflow;
  queue: Queue;
  redis: Redis;
  /** Log lines of level info and above, oldest first. */
  lines: Record<string, unknown>[];
  said(message: string | RegExp, times?: number): Promise<void>;
  saidTimes(message: string | RegExp): number;
  stop: AbortController;
  ended: Promise<KeepTotals>;
}

export interface LoopOptions {
  records: number;
  /** Where the database lies; default: a directory of its own. */
  dir?: string;
  highWater?: number;
  stalledSeconds?: number;
  busySeconds?: number;
}

/** An open campaign with its loop running; the loop is stopped when the test ends. */
export async function startLoop(address: RedisAddress, options: LoopOptions): Promise<Loop> {
  const campaign = makeCampaignDir();
  const path = join(options.dir ?? campaign.dir, 'workflow.db');
  createWorkflow(path);
  const workflow = openWorkflow(path, { tries: 1, busyTimeoutSeconds: options.busySeconds ?? 0.2 });
  insertStructures(
    workflow,
    Array.from({ length: options.records }, (_, index) => aStructure(index)),
  );
  const lines: Record<string, unknown>[] = [];
  const log = pino({ base: null }, { write: (line: string) => void lines.push(JSON.parse(line)) });
  const redis = await connectRedis(address);
  const outage = createOutageLog(log, { away: 'Redis is away', back: 'Redis is back' });
  const watch = watchRedis(redis, outage);
  const id = workflow.campaignId;
  const queue = new Queue('default', { connection: toRedisOptions(address), prefix: queuePrefix(id) });
  queue.on('error', () => undefined);
  const shared = { lane: 'default', log, outage, campaignId: id };
  const stalls = startStallCheck(toRedisOptions(address), {
    ...shared,
    intervalSeconds: options.stalledSeconds ?? 0.5,
  });
  const jobRoot = join(campaign.dir, 'jobs');
  const stop = new AbortController();
  const ended = keepCampaign({
    ...shared,
    workflow,
    queue,
    redis,
    jobRoot,
    signal: stop.signal,
    refill: {
      selection: aSelection(),
      batch: aBatch(jobRoot),
      highWater: options.highWater ?? 100,
      notedBy: 'a test',
    },
    noticeSeconds: 0,
    untilDone: false,
  });
  // A test may expect it to fail.
  ended.catch(() => undefined);
  onTestFinished(async () => {
    stop.abort();
    await ended.catch(() => undefined);
    await stalls.stop();
    watch.stop();
    await queue.getBackend().close(true);
    redis.disconnect();
    workflow.close();
    campaign.remove();
  });
  const saidTimes = (message: string | RegExp): number =>
    lines.filter(({ msg }) => (typeof message === 'string' ? msg === message : message.test(String(msg))))
      .length;
  const said = (message: string | RegExp, times = 1): Promise<void> => {
    const check = (): void => {
      expect(saidTimes(message), `${String(message)} in ${JSON.stringify(lines)}`).toBeGreaterThanOrEqual(
        times,
      );
    };
    return vi.waitFor(check, { timeout: 40_000, interval: 20 });
  };
  return { id, path, jobRoot, workflow, queue, redis, lines, said, saidTimes, stop, ended };
}

/** How often Redis ran a command since its counters were reset. */
export async function commandsSeen(redis: Redis): Promise<number> {
  const text = await redis.info('commandstats');
  return [...text.matchAll(/calls=(\d+)/g)].reduce((sum, [, calls]) => sum + Number(calls), 0);
}
