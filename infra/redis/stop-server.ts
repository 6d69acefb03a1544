import { rmSync } from 'node:fs';
import { hostname } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';
import { addressOfServer, type ServerRecord, serverRecordPath } from '../../core/redis/campaign-redis.ts';
import { connectRedis } from '../../core/redis/connect-redis.ts';
import { OactError } from '../../core/errors.ts';
import { endHungServer } from './hung/end-hung-server.ts';
import { explainHungServer } from './hung/explain-hung-server.ts';
import { isProcessAlive } from './process-alive.ts';
import { readServerStatus } from './server-status.ts';

/** An append-only file that is being rewritten is finished first. */
const stopMs = 30_000;

export interface StopOptions {
  /** One that does not answer is ended by its process, after a check that it is this campaign's. */
  isForced?: boolean;
  /** It writes all that it holds into its data directory first. */
  save?: boolean;
  /** Called when it has ended, while it is still noted as the campaign's. */
  onStopped?: () => void;
}

/**
 * Stops the server that `oact redis start` left running for a campaign, and waits until it is gone. Jobs in it
 * stay on disk; consumers keep what they run and wait for a new server.
 * @returns false when none ran
 * @throws OactError REDIS_UNREACHABLE when it does not answer or does not end, REDIS_OTHER_NODE
 */
export async function stopServer(campaignDir: string, options: StopOptions = {}): Promise<boolean> {
  const status = await readServerStatus(campaignDir);
  if (status.state === 'unreachable') {
    if (options.isForced !== true) throw explainHungServer(status.record, campaignDir, status.error);
    await endHungServer(status.record, campaignDir);
  }
  if (status.state === 'running') await shutDown(status.record, campaignDir, options.save === true);
  options.onStopped?.();
  rmSync(serverRecordPath(campaignDir), { force: true });
  return status.state === 'running' || status.state === 'unreachable';
}

async function shutDown(record: ServerRecord, campaignDir: string, save: boolean): Promise<void> {
  // Without reconnecting: a SHUTDOWN that is sent again would stop the next server.
  const redis = await connectRedis(addressOfServer(record, campaignDir, 'admin'), { reconnect: false });
  const closed = new Promise<void>((resolve) => redis.once('end', () => resolve()));
  // Its answer is the closed connection.
  if (save) redis.shutdown('SAVE').catch(() => redis.shutdown('NOSAVE').catch(() => undefined));
  else redis.shutdown().catch(() => undefined);
  await Promise.race([closed, delay(stopMs, undefined, { ref: false })]);
  redis.disconnect();
  const deadline = Date.now() + stopMs;
  while (record.node === hostname() && isProcessAlive(record.pid)) {
    if (Date.now() > deadline) {
      throw new OactError('REDIS_UNREACHABLE', `Redis (process ${record.pid}) does not end`, {
        hint: `Read its log beside ${serverRecordPath(campaignDir)}.`,
      });
    }
    await delay(20);
  }
}
