/** Consumers of an oact that is older than the producer's refuse every job: they are asked to leave. */
import type { Redis } from 'ioredis';
import {
  announcementsKey,
  drainRequestsKey,
  readRegistry,
  renderDrainRequest,
} from '../core/progress/consumer-registry.ts';
import { payloadVersion } from '../core/job/payload.ts';
import { queuePrefix } from '../core/job/queue-names.ts';
import type { Logger } from '../core/logger.ts';

/** How oact of 53ca11b, the last that failed such a job instead of handing it back, says that a payload is too new for it. */
const tooNew = /^payload_refused: the payload has version (\d+), this consumer reads version \d+$/;

/** Whether a consumer failed this job only because its oact is older than the one that queued it. */
export function isRefusedByOlder(failedReason: string | null): boolean {
  const version = tooNew.exec(failedReason ?? '')?.[1];
  return version !== undefined && Number(version) <= payloadVersion;
}

/**
 * Asks the consumers that read only older payloads to drain; each hears of it within ten seconds. Jobs that they refuse meanwhile come
 * back with the next audit, uncharged. Asking again changes nothing.
 * @returns their ids
 */
export async function drainOutdated(
  redis: Redis,
  campaign: { campaignId: string; lane: string; log: Logger },
): Promise<string[]> {
  const { campaignId, lane, log } = campaign;
  const announcements = await redis.hgetall(announcementsKey(campaignId, lane));
  const requests = await redis.hgetall(drainRequestsKey(campaignId, lane));
  const now = new Date();
  const outdated = readRegistry(announcements, requests, now)
    .consumers.filter(({ reads, state }) => reads < payloadVersion && state === 'running')
    .filter(({ drainRequestedAt }) => drainRequestedAt === null)
    .map(({ id }) => id);
  if (outdated.length === 0) return [];
  await redis.hset(
    drainRequestsKey(campaignId, lane),
    Object.fromEntries(
      outdated.map((id) => [id, renderDrainRequest({ now, why: 'its version of oact is too old' })]),
    ),
  );
  log.warn(
    {
      consumers: outdated,
      queue: queuePrefix(campaignId),
      hint: 'Start consumers from the same installation of oact as the producer.',
    },
    'consumers of an older oact cannot read the jobs of this version: they were asked to drain, and their jobs return to the queue',
  );
  return outdated;
}
