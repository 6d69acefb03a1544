import type { Redis } from 'ioredis';
import { z } from 'zod';
import { parseHistory } from '../../core/job/job-history.ts';
import { parseJobId } from '../../core/job/payload.ts';
import type { PutOff } from '../../core/waiting/put-off.ts';
import { listLanes } from '../../core/redis/lane-names.ts';
import { queueNameOf, queuePrefix } from '../../core/job/queue-names.ts';

/** BullMQ keeps the time, ms, times 4,096, so that jobs of one moment have an order. Fact: BullMQ 6.7. */
const scoresPerMs = 4096;

/** The jobs of all lanes that are put off, those that come soonest first. @param limit how many of them */
export async function listPutOff(redis: Redis, campaignId: string, limit: number): Promise<PutOff[]> {
  const lanes = await listLanes(redis, campaignId);
  const found = await Promise.all(lanes.map((lane) => listOfLane(redis, campaignId, lane, limit)));
  return found
    .flat()
    .toSorted((a, b) => (a.until < b.until ? -1 : 1))
    .slice(0, limit);
}

async function listOfLane(redis: Redis, campaignId: string, lane: string, limit: number): Promise<PutOff[]> {
  const base = `${queuePrefix(campaignId)}:${queueNameOf(lane)}:`;
  const found = await redis.zrange(`${base}delayed`, '0', String(limit - 1), 'WITHSCORES');
  const jobs = Array.from({ length: found.length / 2 }, (_, index) => ({
    jobId: found[2 * index] ?? '',
    score: Number(found[2 * index + 1]),
  }));
  return Promise.all(
    jobs.map(async ({ jobId, score }) => ({
      recordId: parseJobId(jobId)?.recordId ?? 0,
      until: new Date(Math.floor(score / scoresPerMs)).toISOString(),
      why: whyOf(await redis.hmget(base + jobId, 'progress', 'data')),
    })),
  );
}

/** The fault that it met, else the failure that it is a retry of. */
function whyOf([progress = null, data = null]: (string | null)[]): string {
  return parseHistory(parseJson(progress)).lastFault ?? retryOf(parseJson(data)) ?? 'put off';
}

function retryOf(data: unknown): string | undefined {
  const shape = z.object({ retry: z.object({ after: z.string() }) });
  return shape.safeParse(data).data?.retry.after;
}

function parseJson(text: string | null): unknown {
  try {
    return JSON.parse(text ?? 'null');
  } catch {
    return null;
  }
}
