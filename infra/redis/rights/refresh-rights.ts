/** Gives the users of a running server the rights of this version of oact: they are written at its start, and it outlives an update. */
import { connectRedis } from '../../../core/redis/connect-redis.ts';
import { addressOfServer, type ServerRecord } from '../../../core/redis/campaign-redis.ts';
import type { RedisInfo } from '../../../core/redis/check-redis.ts';
import { writeAclFile } from '../settings/write-server-files.ts';

/** Selectors in ACL rules came with Redis 7.0; every Valkey has them. */
export function hasSelectorsOf({ kind, version }: { kind: ServerRecord['kind']; version: string }): boolean {
  return kind === 'valkey-server' || Number.parseInt(version, 10) >= 7;
}

/**
 * Writes the ACL file anew and lets the server read it; passwords stay. Redis takes all of the file or nothing of it.
 * @returns false when nothing had changed
 * @throws OactError SECRET_EXPOSED, and those of connectRedis
 */
export async function refreshRights(
  record: ServerRecord,
  info: RedisInfo,
  campaign: { campaignDir: string; campaignId: string },
): Promise<boolean> {
  const hasSelectors = hasSelectorsOf({ kind: record.kind, version: info.version });
  if (!writeAclFile({ ...campaign, hasSelectors })) return false;
  const redis = await connectRedis(addressOfServer(record, campaign.campaignDir, 'admin'), {
    reconnect: false,
  });
  try {
    await redis.acl('LOAD');
    return true;
  } finally {
    redis.disconnect();
  }
}
