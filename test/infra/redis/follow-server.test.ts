/** A server that ends and comes back elsewhere, under another address: who is connected follows it. */
import { hostname } from 'node:os';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Queue, Worker } from 'bullmq';
import { readCampaignRedis } from '../../../core/redis/campaign-redis.ts';
import { connectRedis, toRedisOptions } from '../../../core/redis/connect-redis.ts';
import { findRedisProgram } from '../../../infra/redis/find-redis-program.ts';
import { startServer } from '../../../infra/redis/start-server.ts';
import { stopServer } from '../../../infra/redis/stop-server.ts';
import { type CampaignDir, makeCampaignDir } from '../../support/campaign-dir.ts';
import { hasPrograms } from '../../support/has-programs.ts';

const program = await findRedisProgram();

describe.skipIf(!program || !hasPrograms('openssl'))('a connection to the server of a campaign', () => {
  let campaign: CampaignDir;
  beforeEach(() => {
    campaign = makeCampaignDir();
  });
  afterEach(async () => {
    await stopServer(campaign.dir);
    campaign.remove();
  });
  const start = (options: { bind?: string; ownTls?: boolean } = {}) =>
    startServer({ campaignDir: campaign.dir, campaignId: '0a1b2c3d', ...options });
  const addressOf = (role: 'admin' | 'producer') =>
    readCampaignRedis(campaign.dir, role) ?? { kind: 'external' as const, url: '' };
  /** Ends the server; the next one gets another port, because this one is not remembered as free. */
  const move = async (options: { bind?: string; ownTls?: boolean }): Promise<void> => {
    const { port } = (await start()).record;
    await stopServer(campaign.dir);
    const { record } = await startServer({
      campaignDir: campaign.dir,
      campaignId: '0a1b2c3d',
      port: port === 65_535 ? port - 1 : port + 1,
      ...options,
    });
    expect(record.port).not.toBe(port);
  };

  it('goes on at another port', async () => {
    await start();
    const redis = await connectRedis(addressOf('admin'));
    await redis.set('here', 'first');
    await move({});
    await redis.set('here', 'second');
    expect(await redis.get('here')).toBe('second');
    redis.disconnect();
  }, 60_000);

  it('goes on although the new one encrypts, also where BullMQ made the connection', async () => {
    await start();
    const prefix = '{oact-0a1b2c3d}';
    const options = { connection: toRedisOptions(addressOf('admin')), prefix };
    const queue = new Queue('default', options);
    const worker = new Worker('default', null, { ...options, autorun: false, drainDelay: 1 });
    queue.on('error', () => undefined);
    worker.on('error', () => undefined);
    expect(await worker.getNextJob('t')).toBeUndefined();
    await move({ bind: '0.0.0.0', ownTls: true });
    expect(readCampaignRedis(campaign.dir, 'admin')?.url).toMatch(new RegExp(`^rediss://${hostname()}:`));
    await queue.add('one', {}, { jobId: 'one' });
    await expect.poll(async () => (await worker.getNextJob('t'))?.id, { timeout: 30_000 }).toBe('one');
    await Promise.all([worker.close(true), queue.getBackend().close(true)]);
  }, 60_000);
});
