import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Job, Worker } from 'bullmq';
import { onTestFinished } from 'vitest';
import { renderFailure } from '../../consumer/queue/job-answer.ts';
import { toRedisOptions } from '../../core/redis/connect-redis.ts';
import type { Outcome } from '../../core/job/outcome.ts';
import { jobDirOf } from '../../core/job-dir/job-layout.ts';
import { parsePayload } from '../../core/job/payload.ts';
import { queuePrefix } from '../../core/job/queue-names.ts';
import type { RedisAddress } from '../../core/redis/redis-address.ts';
import type { JobResult } from '../../core/job/result.ts';
import { aResult } from '../workflow/sample-workflow.ts';

export interface Hand {
  /** Takes the next job, without working on it. */
  take(): Promise<Job<unknown>>;
  /** Takes the next job and ends it as a consumer would, its result published. */
  end(outcome: Outcome): Promise<JobResult>;
  /** Takes the next job and fails it with these words, nothing published. */
  fail(words: string): Promise<void>;
}

/**
 * Takes jobs off a queue and answers them without running anything.
 * @param options.jobRoot needed to end a job: its result is written below it
 */
export function aHand(
  address: RedisAddress,
  campaignId: string,
  { lockSeconds = 60, jobRoot = '' }: { lockSeconds?: number; jobRoot?: string } = {},
): Hand {
  const worker = new Worker<unknown>('default', null, {
    connection: toRedisOptions(address),
    prefix: queuePrefix(campaignId),
    autorun: false,
    skipStalledCheck: true,
    lockDuration: lockSeconds * 1000,
  });
  worker.on('error', () => undefined);
  onTestFinished(() => worker.close(true));
  const token = 'hand';
  const take = async (): Promise<Job<unknown>> => {
    const job: Job<unknown> | undefined = await worker.getNextJob(token);
    if (!job) throw new Error('the queue is empty');
    return job;
  };
  const fail = (job: Job<unknown>, words: string): Promise<unknown> =>
    job.moveToFailed(new Error(words), token, false);
  return {
    take,
    end: async (outcome) => {
      const job = await take();
      const payload = parsePayload(job.data);
      const { recordId, attempt } = payload;
      if (jobRoot === '') throw new Error('this hand knows no job root');
      const jobDir = jobDirOf(payload, jobRoot);
      const result = aResult(recordId, attempt, { campaignId, outcome });
      mkdirSync(join(jobDir, `attempt-${attempt}`), { recursive: true });
      writeFileSync(join(jobDir, `attempt-${attempt}`, 'result.json'), JSON.stringify(result));
      if (outcome.kind === 'completed') await job.moveToCompleted(result, token, false);
      else await fail(job, renderFailure(outcome));
      return result;
    },
    fail: async (words) => void (await fail(await take(), words)),
  };
}
