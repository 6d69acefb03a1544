/** A server that ends with its allocation: its queue goes to the next one, and a dead one is replaced. */
import { readFileSync, writeFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readCampaignRedis, serverRecordPath } from '../../../core/redis/campaign-redis.ts';
import { connectRedis } from '../../../core/redis/connect-redis.ts';
import { findRedisProgram } from '../../../infra/redis/find-redis-program.ts';
import { startKeptServer, stopKeptServer } from '../../../infra/redis/kept/kept-server.ts';
import { stopServer } from '../../../infra/redis/stop-server.ts';
import { type CampaignDir, makeCampaignDir } from '../../support/campaign-dir.ts';

const program = await findRedisProgram();

describe.skipIf(!program)('a server of oact serve --with-redis', () => {
  let campaign: CampaignDir;
  beforeEach(() => {
    campaign = makeCampaignDir();
  });
  afterEach(async () => {
    await stopServer(campaign.dir);
    campaign.remove();
  });
  const start = (mayReplace = false) =>
    startKeptServer({ campaignDir: campaign.dir, campaignId: '0a1b2c3d' }, mayReplace);
  const withRedis = async <T>(
    work: (redis: Awaited<ReturnType<typeof connectRedis>>) => Promise<T>,
  ): Promise<T> => {
    const redis = await connectRedis(
      readCampaignRedis(campaign.dir, 'admin') ?? { kind: 'external', url: '' },
    );
    return work(redis).finally(() => redis.disconnect());
  };

  it('leaves its queue to the next one, locks with the rest of their time, and only once', async () => {
    expect(await start()).toMatchObject({ hasQueue: false, record: { keptBy: 'serve' } });
    await withRedis((redis) => redis.set('lock', 'mine', 'EX', 900));
    expect(await stopKeptServer(campaign.dir, false)).toBe(true);
    expect(await start()).toMatchObject({ hasQueue: true });
    expect(await withRedis((redis) => redis.get('lock'))).toBe('mine');
    expect(await withRedis((redis) => redis.ttl('lock'))).toBeGreaterThan(800);
    // It ends without a word.
    process.kill((await start()).record.pid, 'SIGKILL');
    await expect.poll(async () => (await start()).hasQueue, { timeout: 10_000 }).toBe(false);
    expect(await withRedis((redis) => redis.get('lock'))).toBeNull();
  }, 60_000);

  it('leaves nothing when the campaign is done', async () => {
    await start();
    await withRedis((redis) => redis.set('one', '1'));
    expect(await stopKeptServer(campaign.dir, true)).toBe(false);
    expect(await start()).toMatchObject({ hasQueue: false });
  }, 60_000);

  const noteAsLost = (keptBy?: 'serve'): void => {
    const record = JSON.parse(readFileSync(serverRecordPath(campaign.dir), 'utf8'));
    delete record.keptBy;
    // Nobody listens at that port, and the node is another one.
    writeFileSync(
      serverRecordPath(campaign.dir),
      JSON.stringify({ ...record, node: 'gone', port: 1, ...(keptBy && { keptBy }) }),
    );
  };

  it('takes the place of one whose node is gone, if its keeper is known to be gone', async () => {
    const { record } = await start();
    noteAsLost('serve');
    await expect(start(false)).rejects.toMatchObject({ code: 'REDIS_START_FAILED' });
    expect((await start(true)).record.node).not.toBe('gone');
    process.kill(record.pid, 'SIGTERM');
  }, 60_000);

  it('never takes the place of one that a person started', async () => {
    const { record } = await start();
    noteAsLost();
    await expect(start(true)).rejects.toMatchObject({ code: 'REDIS_START_FAILED' });
    process.kill(record.pid, 'SIGTERM');
    writeFileSync(serverRecordPath(campaign.dir), JSON.stringify(record));
  }, 60_000);
});
