/** After an update of oact the server of the previous version still runs, with the rights of that version. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { addressOfServer, redisDirOf } from '../../../core/redis/campaign-redis.ts';
import { connectRedis } from '../../../core/redis/connect-redis.ts';
import { announcementsKey } from '../../../core/progress/consumer-registry.ts';
import { findRedisProgram } from '../../../infra/redis/find-redis-program.ts';
import { startServer } from '../../../infra/redis/start-server.ts';
import { stopServer } from '../../../infra/redis/stop-server.ts';
import { type CampaignDir, makeCampaignDir } from '../../support/campaign-dir.ts';

const program = await findRedisProgram();
const campaignId = '0a1b2c3d';

describe.skipIf(!program)('redis start at a server that runs (needs redis-server)', () => {
  let campaign: CampaignDir;
  beforeAll(() => {
    campaign = makeCampaignDir();
  });
  afterAll(async () => {
    await stopServer(campaign.dir);
    campaign.remove();
  });

  it('gives its users the rights of this version, says so, and does nothing the next time', async () => {
    const { record } = await startServer({ campaignDir: campaign.dir, campaignId });
    const aclFile = join(redisDirOf(campaign.dir), 'users.acl');
    const current = readFileSync(aclFile, 'utf8');
    // A version that did not know announcements.
    const older = current.replace(/\(\+hset ~\S+:consumers\)/, '');
    expect(older).not.toBe(current);
    writeFileSync(aclFile, older);
    const admin = await connectRedis(addressOfServer(record, campaign.dir, 'admin'));
    await admin.acl('LOAD');
    const announce = async (): Promise<unknown> => {
      const redis = await connectRedis(addressOfServer(record, campaign.dir, 'consumer'));
      try {
        return await redis.hset(announcementsKey(campaignId, 'default'), { n7: '{}' });
      } finally {
        redis.disconnect();
      }
    };
    await expect(announce()).rejects.toThrow('NOPERM');

    const again = await startServer({ campaignDir: campaign.dir, campaignId });
    expect(again).toMatchObject({
      alreadyRan: true,
      warnings: [expect.stringMatching(/rights of this version/)],
    });
    expect(readFileSync(aclFile, 'utf8')).toBe(current);
    expect(await announce()).toBe(1);
    expect((await startServer({ campaignDir: campaign.dir, campaignId })).warnings).toEqual([]);
    admin.disconnect();
  });
});
