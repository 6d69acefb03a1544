/** After an update of oact the server of the previous version still runs, with the rights of that version. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { addressOfServer, redisDirOf, type RedisRole } from '../../../core/redis/campaign-redis.ts';
import { connectRedis } from '../../../core/redis/connect-redis.ts';
import { shaOf } from '../../../core/redis/preloaded-redis.ts';
import { readFinishedScript } from '../../../core/redis/scripts/sweep-scripts.ts';
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

  it('leaves consumers of an older oact the right to send scripts until they have ended, and gives the server its scripts', async () => {
    const { record } = await startServer({ campaignDir: campaign.dir, campaignId });
    const admin = await connectRedis(addressOfServer(record, campaign.dir, 'admin'));
    const key = announcementsKey(campaignId, 'default');
    const time = new Date().toISOString();
    const said = { node: 'n1', allocationId: '1', pid: 1, slots: 1, busy: 0, reason: null, why: null };
    const old = { v: 2, ...said, state: 'running', startedAt: time, seenAt: time, endsAt: null, jobs: [] };
    await admin.del(key);
    await admin.hset(key, { 'n1:1:0': JSON.stringify(old) });
    await admin.script('FLUSH');
    const mayEval = async (role: RedisRole): Promise<boolean> => {
      const redis = await connectRedis(addressOfServer(record, campaign.dir, role));
      const answer = await redis.eval('return 1', 1, `{oact-${campaignId}}:x`).catch(() => 0);
      redis.disconnect();
      return answer === 1;
    };
    const again = await startServer({ campaignDir: campaign.dir, campaignId });
    expect(again.warnings).toEqual([
      expect.stringMatching(/rights of this version/),
      expect.stringMatching(/1 consumer of an older oact still runs/),
    ]);
    expect([await mayEval('consumer'), await mayEval('producer'), await mayEval('board')]).toEqual([
      true,
      false,
      false,
    ]);

    await admin.hset(key, { 'n1:1:0': JSON.stringify({ ...old, state: 'ended' }) });
    await startServer({ campaignDir: campaign.dir, campaignId });
    expect(await mayEval('consumer')).toBe(false);
    expect(await admin.script('EXISTS', shaOf(readFinishedScript))).toEqual([1]);
    admin.disconnect();
  });
});
