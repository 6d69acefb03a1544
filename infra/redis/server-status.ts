import { hostname } from 'node:os';
import {
  readCampaignRedis,
  readServerRecord,
  type RedisRole,
  type ServerRecord,
} from '../../core/redis/campaign-redis.ts';
import { parseRedisInfo, type RedisInfo } from '../../core/redis/check-redis.ts';
import { connectRedis } from '../../core/redis/connect-redis.ts';
import { OactError, systemErrorCode } from '../../core/errors.ts';
import { isProcessAlive } from './process-alive.ts';

/** What became of the server that `oact redis start` started for a campaign. */
export type ServerStatus =
  | { state: 'none' }
  /** Its process is gone, or its place is taken by another server. */
  | { state: 'stopped'; record: ServerRecord }
  /** It may run, but it does not answer from here. */
  | { state: 'unreachable'; record: ServerRecord; error: OactError }
  | { state: 'running'; record: ServerRecord; info: RedisInfo };

/**
 * Looks for the campaign's own server and asks it about itself.
 * @param role whose password to use; every role may ask
 * @throws OactError FILE_UNREADABLE, SECRET_EXPOSED
 */
export async function readServerStatus(
  campaignDir: string,
  role: RedisRole = 'admin',
): Promise<ServerStatus> {
  const record = readServerRecord(campaignDir);
  if (!record) return { state: 'none' };
  if (record.node === hostname() && !isProcessAlive(record.pid)) return { state: 'stopped', record };
  try {
    const address = readCampaignRedis(campaignDir, role);
    if (!address) return { state: 'none' };
    const redis = await connectRedis(address, { name: 'oact-status', reconnect: false });
    try {
      const info = parseRedisInfo(await redis.info());
      return info.pid === record.pid ? { state: 'running', record, info } : { state: 'stopped', record };
    } finally {
      redis.disconnect();
    }
  } catch (error) {
    if (!(error instanceof OactError) || error.code === 'SECRET_EXPOSED') throw error;
    // The record is written when the server answers: nobody listens any more, whoever has its process id now.
    const isGone = record.node === hostname() && systemErrorCode(error.cause) === 'ECONNREFUSED';
    return isGone ? { state: 'stopped', record } : { state: 'unreachable', record, error };
  }
}
