/** A server that serves other nodes is encrypted unless somebody gives it up. */
import { readFileSync, statSync } from 'node:fs';
import { networkInterfaces } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readCampaignRedis, redisDirOf } from '../../../core/redis/campaign-redis.ts';
import { connectRedis } from '../../../core/redis/connect-redis.ts';
import { findRedisProgram } from '../../../infra/redis/find-redis-program.ts';
import { startServer } from '../../../infra/redis/start-server.ts';
import { stopServer } from '../../../infra/redis/stop-server.ts';
import { fingerprintOf, isCertificateFor } from '../../../infra/redis/tls/own-certificate.ts';
import { type CampaignDir, makeCampaignDir } from '../../support/campaign-dir.ts';
import { hasPrograms } from '../../support/has-programs.ts';

const program = await findRedisProgram();
const outside = Object.values(networkInterfaces())
  .flat()
  .find((one) => one !== undefined && !one.internal && one.family === 'IPv4')?.address;

describe.skipIf(!program || outside === undefined || !hasPrograms('openssl'))(
  'a server for other nodes',
  () => {
    let campaign: CampaignDir;
    beforeEach(() => {
      campaign = makeCampaignDir();
    });
    afterEach(async () => {
      await stopServer(campaign.dir);
      campaign.remove();
    });
    const start = (ownTls: boolean) =>
      startServer({ campaignDir: campaign.dir, campaignId: '0a1b2c3d', bind: outside ?? '', ownTls });

    it('has a certificate of its own, which stays, and answers nobody who trusts another', async () => {
      const { record, warnings } = await start(true);
      expect(warnings).toEqual([]);
      const caFile = record.tls?.caFile ?? '';
      const address = readCampaignRedis(campaign.dir, 'consumer');
      expect(address?.url).toMatch(/^rediss:/);
      const redis = await connectRedis(address ?? { kind: 'external', url: '' });
      expect(await redis.ping()).toBe('PONG');
      redis.disconnect();
      expect(statSync(join(redisDirOf(campaign.dir), 'tls.key')).mode & 0o777).toBe(0o600);
      await expect(
        connectRedis({ kind: 'external', url: address?.url ?? '', tls: {} }, { reconnect: false }),
      ).rejects.toMatchObject({ code: 'REDIS_UNTRUSTED' });
      const before = fingerprintOf(caFile);
      await stopServer(campaign.dir);
      await start(true);
      expect(fingerprintOf(caFile)).toBe(before);
      const pem = readFileSync(caFile, 'utf8');
      expect(isCertificateFor(pem, [outside ?? '', 'localhost'], new Date())).toBe(true);
      expect(isCertificateFor(pem, ['192.0.2.1'], new Date())).toBe(false);
      expect(isCertificateFor(pem, ['localhost'], new Date('2040-01-01'))).toBe(false);
    });

    it('says what is given up without', async () => {
      expect(await start(false)).toMatchObject({
        record: { tls: null },
        warnings: [expect.stringMatching(/unencrypted/)],
      });
    });
  },
);
