/** Gives a campaign's server the scripts of this version of oact. Nobody but its admin may; Redis forgets them when it stops. */
import { RedisConnection } from 'bullmq';
import type { Redis } from 'ioredis';
import { OactError } from '../../../core/errors.ts';
import { addressOfServer, readServerRecord, type ServerRecord } from '../../../core/redis/campaign-redis.ts';
import { connectRedis } from '../../../core/redis/connect-redis.ts';
import { PreloadedRedis, shaOf } from '../../../core/redis/preloaded-redis.ts';
import { ownScripts } from '../../../core/redis/scripts/run-script.ts';

/** BullMQ brings scripts of a message relay, which oact does not use; loops in them end when their caller says so. */
const unusedName = /^relay/;

/** @throws OactError SECRET_EXPOSED, and those of connectRedis */
export async function loadScripts(record: ServerRecord, campaignDir: string): Promise<void> {
  const redis = await connectRedis(addressOfServer(record, campaignDir, 'admin'), { reconnect: false });
  try {
    await Promise.all((await listScripts(redis)).map((script) => redis.script('LOAD', script)));
  } finally {
    redis.disconnect();
  }
}

/**
 * The same for a server that an older oact started, by a command on the login node. Asks first.
 * @param redis a connection of the producer
 * @throws OactError REDIS_SCRIPTS_MISSING when the admin's password is not to be had here
 */
export async function ensureScripts(redis: Redis, campaignDir: string): Promise<void> {
  const record = readServerRecord(campaignDir);
  if (record === undefined || (await hasAll(redis))) return;
  try {
    await loadScripts(record, campaignDir);
  } catch (error) {
    throw new OactError('REDIS_SCRIPTS_MISSING', "the campaign's Redis lacks the scripts of this oact", {
      hint: 'On the login node: oact redis start. It gives them to the running server.',
      cause: error,
    });
  }
}

async function hasAll(redis: Redis): Promise<boolean> {
  const names = (await listScripts(redis)).map(shaOf);
  try {
    const found: unknown = await redis.script('EXISTS', ...names);
    return Array.isArray(found) && found.every((one) => one === 1);
  } catch {
    // Its users have the rights of an older oact.
    return false;
  }
}

/** All that oact may call on a connection; BullMQ defines its own on each that it is given. */
async function listScripts(redis: Redis): Promise<string[]> {
  if (!(redis instanceof PreloadedRedis)) return [];
  const connection = new RedisConnection(redis, { shared: true, blocking: false });
  // It goes on listening to a connection that may live for weeks: without a listener of its own, the next outage would end the process.
  connection.on('error', () => undefined);
  await connection.client;
  const used = [...redis.definedScripts].filter(([name]) => !unusedName.test(name));
  return [...used.map(([, script]) => script), ...ownScripts];
}
