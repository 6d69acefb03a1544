// What waits in each lane: the job that the queue would give out next, without taking it. Facts: BullMQ 6.7.
import { z } from 'zod';
import { queueNameOf, queuePrefix } from '../../core/job/queue-names.ts';
import type { Expected } from '../../packing/node/node-state.ts';

/** A lane in which a job waits that may be taken now. */
export interface WaitingLane {
  lane: string;
  expected: Expected | undefined;
}

/** What is asked of Redis for that; within the rights of a consumer. */
export interface LaneClient {
  hexists(key: string, field: string): Promise<number>;
  hget(key: string, field: string): Promise<string | null>;
  lrange(key: string, start: number, stop: number): Promise<string[]>;
  zrange(key: string, start: number, stop: number, options?: { WITHSCORES?: boolean }): Promise<string[]>;
}

/** BullMQ keeps the time, ms, times 4,096, so that jobs of one moment have an order. */
const scoresPerMs = 4096;

/** One or two round trips, whatever the number of lanes. */
export async function lookAtLanes(
  client: LaneClient,
  campaignId: string,
  lanes: readonly string[],
): Promise<WaitingLane[]> {
  const found = await Promise.all(lanes.map((lane) => lookAtLane(client, campaignId, lane)));
  return found.filter((one) => one !== undefined);
}

async function lookAtLane(
  client: LaneClient,
  campaignId: string,
  lane: string,
): Promise<WaitingLane | undefined> {
  const base = `${queuePrefix(campaignId)}:${queueNameOf(lane)}:`;
  const [isPaused, next, prioritized, [delayed, score]] = await Promise.all([
    client.hexists(`${base}meta`, 'paused'),
    client.lrange(`${base}wait`, -1, -1),
    client.zrange(`${base}prioritized`, 0, 0),
    client.zrange(`${base}delayed`, 0, 0, { WITHSCORES: true }),
  ]);
  if (isPaused === 1) return undefined;
  // Those whose time has come are queued by the next fetch.
  const isDue = Number(score) < (Date.now() + 1) * scoresPerMs;
  const jobId = next[0] ?? prioritized[0] ?? (isDue ? delayed : undefined);
  if (jobId === undefined) return undefined;
  return { lane, expected: readExpected(await client.hget(base + jobId, 'data')) };
}

/** Nothing of it is trusted: it only decides where the job would fit. */
const shape = z.object({
  timeRequestSeconds: z.number().nonnegative().default(0),
  expected: z
    .object({ medianSeconds: z.number().positive(), upperSeconds: z.number().positive().nullable() })
    .nullable()
    .default(null),
});

/** The prediction, or else what a user requests for such a job; undefined: nobody knows. */
function readExpected(data: string | null): Expected | undefined {
  const parsed = shape.safeParse(parseJson(data)).data;
  if (parsed === undefined) return undefined;
  const { expected, timeRequestSeconds } = parsed;
  const upper = expected?.upperSeconds ?? (timeRequestSeconds > 0 ? timeRequestSeconds : null);
  return upper === null ? undefined : { median: expected?.medianSeconds ?? upper, upper };
}

function parseJson(text: string | null): unknown {
  try {
    return JSON.parse(text ?? 'null');
  } catch {
    return null;
  }
}
