/** Gives the users of a running server the rights of this version of oact: they are written at its start, and it outlives an update. */
import type { Redis } from 'ioredis';
import { defaultLane } from '../../../core/job/queue-names.ts';
import { announcementsKey, readRegistry } from '../../../core/progress/consumer-registry.ts';
import { addressOfServer, type ServerRecord } from '../../../core/redis/campaign-redis.ts';
import type { RedisInfo } from '../../../core/redis/check-redis.ts';
import { connectRedis } from '../../../core/redis/connect-redis.ts';
import { writeAclFile } from '../settings/write-server-files.ts';

/** The first payload that is read by consumers which send no scripts. */
const readsWithoutScripts = 2;

/** Selectors in ACL rules came with Redis 7.0; every Valkey has them. */
export function hasSelectorsOf({ kind, version }: { kind: ServerRecord['kind']; version: string }): boolean {
  return kind === 'valkey-server' || Number.parseInt(version, 10) >= 7;
}

/**
 * Writes the ACL file anew and lets the server read it; passwords stay. Redis takes all of the file or nothing of it, and closes the
 * connections of its users, who come back by themselves.
 * @returns one sentence for each thing that the reader should know
 * @throws OactError SECRET_EXPOSED, and those of connectRedis
 */
export async function refreshRights(
  record: ServerRecord,
  info: RedisInfo,
  campaign: { campaignDir: string; campaignId: string },
): Promise<string[]> {
  const hasSelectors = hasSelectorsOf({ kind: record.kind, version: info.version });
  const redis = await connectRedis(addressOfServer(record, campaign.campaignDir, 'admin'), {
    reconnect: false,
  });
  try {
    const old = await countOldConsumers(redis, campaign.campaignId);
    const hasNew = writeAclFile({ ...campaign, hasSelectors }, old > 0);
    if (hasNew) await redis.acl('LOAD');
    const warnings = hasNew ? ['its users now have the rights of this version of oact'] : [];
    if (old > 0)
      warnings.push(
        `${old} ${old === 1 ? 'consumer' : 'consumers'} of an older oact still ${old === 1 ? 'runs' : 'run'}: until oact redis start is called after their end, consumers may send scripts to Redis`,
      );
    return warnings;
  } finally {
    redis.disconnect();
  }
}

/** Those that would lose their running jobs without the right to send scripts. */
async function countOldConsumers(redis: Redis, campaignId: string): Promise<number> {
  const announcements = await redis.hgetall(announcementsKey(campaignId, defaultLane));
  return readRegistry(announcements, {}, new Date()).consumers.filter(
    ({ state, reads }) => (state === 'running' || state === 'draining') && reads < readsWithoutScripts,
  ).length;
}
