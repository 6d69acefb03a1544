// Whether the jobs that wait now lie where this node sees the campaign.
import type { Redis } from 'ioredis';
import { checkSamePlace } from '../../consumer/files/check-job-dir.ts';
import { OactError } from '../../core/errors.ts';
import { jobDirOf } from '../../core/job-dir/job-layout.ts';
import { parsePayload } from '../../core/job/payload.ts';
import { listLanes } from '../../core/redis/lane-names.ts';
import { queueNameOf, queuePrefix } from '../../core/job/queue-names.ts';

/** Enough to meet one job of each batch that is being worked on. */
const lookedAt = 50;

export interface StrangeDirs {
  /** Waiting jobs that were looked at. */
  seen: number;
  /** Of them, those whose directory is elsewhere, as this node sees it. */
  strange: number;
  /** One of these directories. */
  example: string | null;
}

/** Looks at the next jobs of the queue. Only payloads of version 1 name a path: all others are resolved by the node itself. */
export async function findStrangeDirs(
  redis: Redis,
  campaignId: string,
  jobRoot: string,
): Promise<StrangeDirs> {
  const found: StrangeDirs = { seen: 0, strange: 0, example: null };
  for (const lane of await listLanes(redis, campaignId))
    await lookThrough(redis, `${queuePrefix(campaignId)}:${queueNameOf(lane)}`, jobRoot, found);
  return found;
}

async function lookThrough(redis: Redis, base: string, jobRoot: string, found: StrangeDirs): Promise<void> {
  for (const jobId of await redis.lrange(`${base}:wait`, -lookedAt, -1)) {
    const jobDir = dirOf(await redis.hget(`${base}:${jobId}`, 'data'), jobRoot);
    if (jobDir === undefined) continue;
    found.seen += 1;
    try {
      await checkSamePlace(jobDir, jobRoot);
    } catch (error) {
      if (!(error instanceof OactError)) throw error;
      found.strange += 1;
      found.example ??= jobDir;
    }
  }
}

function dirOf(data: string | null, jobRoot: string): string | undefined {
  try {
    return jobDirOf(parsePayload(JSON.parse(data ?? '')), jobRoot);
  } catch {
    return undefined;
  }
}
