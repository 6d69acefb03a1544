import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { networkInterfaces } from 'node:os';
import { join } from 'node:path';
import { Queue } from 'bullmq';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  addressOfServer,
  readCampaignRedis,
  redisDirOf,
  redisRoles,
  secretPathOf,
  serverRecordPath,
} from '../../../core/redis/campaign-redis.ts';
import { checkRedis } from '../../../core/redis/check-redis.ts';
import { connectRedis } from '../../../core/redis/connect-redis.ts';
import { toQueueConnection } from '../../../core/redis/queue-connection.ts';
import { networkFileSystemOf } from '../../../core/network-file-system.ts';
import { defaultLane, queuePrefix } from '../../../core/job/queue-names.ts';
import { readSecret } from '../../../core/config/secret-file.ts';
import { findRedisProgram } from '../../../infra/redis/find-redis-program.ts';
import { isProcessAlive } from '../../../infra/redis/process-alive.ts';
import { readServerStatus } from '../../../infra/redis/server-status.ts';
import {
  startServer,
  type StartedServer,
  type StartServerOptions,
} from '../../../infra/redis/start-server.ts';
import { stopServer } from '../../../infra/redis/stop-server.ts';
import { type CampaignDir, makeCampaignDir } from '../../support/campaign-dir.ts';
import { listen } from '../../support/tcp-proxy.ts';

const program = await findRedisProgram();
let campaign: CampaignDir;

beforeEach(() => {
  campaign = makeCampaignDir();
});
afterEach(async () => {
  await stopServer(campaign.dir);
  campaign.remove();
});

const start = (options: Partial<StartServerOptions> = {}): Promise<StartedServer> =>
  startServer({ campaignDir: campaign.dir, campaignId: '0a1b2c3d', ...options });

describe.skipIf(!program)('the server of a campaign (needs redis-server)', () => {
  it('starts, is found by every role, keeps what was written, and stops', async () => {
    const { record, alreadyRan, warnings } = await start();
    expect(alreadyRan).toBe(false);
    expect(warnings).toEqual([]);
    expect(record).toMatchObject({ host: '127.0.0.1', kind: program?.kind });
    for (const role of redisRoles) {
      const address = readCampaignRedis(campaign.dir, role);
      if (!address) throw new Error('no address');
      const redis = await connectRedis(address);
      expect(await checkRedis(redis)).toMatchObject({
        pid: record.pid,
        appendOnly: true,
        evictionPolicy: 'noeviction',
      });
      if (role === 'producer') await redis.set('{oact-0a1b2c3d}:default:kept', 'yes');
      redis.disconnect();
    }
    expect(await stopServer(campaign.dir)).toBe(true);
    expect(isProcessAlive(record.pid)).toBe(false);
    expect(existsSync(serverRecordPath(campaign.dir))).toBe(false);
    expect(await stopServer(campaign.dir)).toBe(false);

    const { record: second } = await start();
    expect(second.port, 'consumers look for it where it was').toBe(record.port);
    const redis = await connectRedis(addressOfServer(second, campaign.dir, 'producer'));
    expect(await redis.get('{oact-0a1b2c3d}:default:kept')).toBe('yes');
    redis.disconnect();
  });

  it.each(['stopped', 'killed'] as const)(
    'still has its jobs after it was %s and started again',
    async (ending) => {
      const { record } = await start();
      const openQueue = (server: StartedServer['record']): Queue =>
        new Queue(defaultLane, {
          connection: toQueueConnection(addressOfServer(server, campaign.dir, 'producer')),
          prefix: queuePrefix('0a1b2c3d'),
        });
      const before = openQueue(record);
      await before.addBulk([1, 2, 3].map((id) => ({ name: 'job', data: {}, opts: { jobId: `c${id}-a1` } })));
      await before.close();
      if (ending === 'stopped') await stopServer(campaign.dir);
      else process.kill(record.pid, 'SIGKILL');
      await expect.poll(() => isProcessAlive(record.pid)).toBe(false);

      const after = openQueue((await start()).record);
      expect(await after.getWaitingCount()).toBe(3);
      await after.close();
    },
  );

  it('is started once', async () => {
    const first = await start();
    const second = await start();
    expect(second).toMatchObject({ alreadyRan: true, record: first.record });
  });

  it('is started by one of two commands at once', async () => {
    const [first, second] = await Promise.allSettled([start(), start()]);
    expect([first.status, second.status].toSorted()).toEqual(['fulfilled', 'rejected']);
    expect(second).toMatchObject({ reason: { code: 'REDIS_START_FAILED' } });
  });

  it('outlives the command that started it', async () => {
    const script = `
      import { startServer } from ${JSON.stringify(new URL('../../../dist/infra/redis/start-server.js', import.meta.url).href)};
      await startServer({ campaignDir: ${JSON.stringify(campaign.dir)}, campaignId: '0a1b2c3d' });`;
    const command = spawn(process.execPath, ['--input-type=module', '-e', script], {
      stdio: 'inherit',
      detached: true,
    });
    expect(await once(command, 'exit')).toEqual([0, null]);
    expect(await readServerStatus(campaign.dir)).toMatchObject({ state: 'running' });
  });

  it('shows its secrets to nobody: not in files of others, arguments or its log', async () => {
    const { record } = await start();
    const dir = redisDirOf(campaign.dir);
    expect(statSync(dir).mode & 0o777).toBe(0o700);
    const secrets = redisRoles.map((role) => readSecret(secretPathOf(campaign.dir, role)));
    const shown = [
      execFileSync('ps', ['-o', 'args=', '-p', String(record.pid)], { encoding: 'utf8' }),
      ...readdirSync(dir)
        .filter((name) => /\.(json|conf|log|acl)$/.test(name))
        .map((name) => readFileSync(join(dir, name), 'utf8')),
    ].join('\n');
    expect(shown).toMatch(/redis|valkey/);
    expect(shown).toContain('user admin on #');
    for (const secret of secrets) expect(shown).not.toContain(secret);
    for (const name of ['users.acl', 'redis.conf', 'server.json']) {
      expect(statSync(join(dir, name)).mode & 0o777).toBe(0o600);
    }
  });

  it('is known to be gone after it was killed, and is started again', async () => {
    const { record } = await start();
    process.kill(record.pid, 'SIGKILL');
    await expect.poll(() => readServerStatus(campaign.dir)).toMatchObject({ state: 'stopped' });
    const again = await start();
    expect(again.alreadyRan).toBe(false);
    expect(again.record.pid).not.toBe(record.pid);
  });

  it('is not replaced when it was started on another node that does not answer', async () => {
    const { record } = await start();
    await stopServer(campaign.dir);
    writeFileSync(
      serverRecordPath(campaign.dir),
      JSON.stringify({ ...record, node: 'login9', host: '127.0.0.1' }),
    );
    await expect(start()).rejects.toMatchObject({
      code: 'REDIS_START_FAILED',
      hint: expect.stringContaining('login9'),
    });
    await expect(stopServer(campaign.dir)).rejects.toMatchObject({ code: 'REDIS_OTHER_NODE' });
    writeFileSync(serverRecordPath(campaign.dir), JSON.stringify(record));
  });

  it('takes the port it is given, and says so when that is taken', async () => {
    const squatter = createServer();
    const port = await listen(squatter);
    await expect(start({ port })).rejects.toMatchObject({ code: 'PORT_IN_USE' });
    await new Promise((resolve) => squatter.close(resolve));
    expect((await start({ port })).record.port).toBe(port);
  });

  it('shows the last word of its log when it cannot start', async () => {
    await expect(start({ bind: '203.0.113.7' })).rejects.toMatchObject({
      code: 'REDIS_START_FAILED',
      message: expect.stringMatching(/ended at once: .*(listening|bind)/i),
    });
  });

  it('keeps its data where it is told', async () => {
    const dataDir = join(campaign.dir, 'local disk');
    await start({ dataDir });
    expect(readdirSync(dataDir).join()).toContain('appendonly');
  });

  const outside = Object.values(networkInterfaces())
    .flat()
    .find((nic) => nic?.family === 'IPv4' && !nic.internal);
  it.skipIf(!outside)('listens on the address that nodes reach, and on loopback', async () => {
    const bind = outside?.address ?? '';
    const { record } = await start({ bind });
    expect(record.host).toBe(bind);
    for (const host of [bind, '127.0.0.1']) {
      const redis = await connectRedis(addressOfServer({ ...record, host }, campaign.dir, 'consumer'));
      expect(await redis.ping()).toBe('PONG');
      redis.disconnect();
    }
  });
});

describe.skipIf(!program || !hasOpenssl())('the server under TLS (needs redis-server and openssl)', () => {
  it('is reached by who trusts its certificate, and by nobody else', async () => {
    const [keyFile, certFile] = [join(campaign.dir, 'key.pem'), join(campaign.dir, 'cert.pem')];
    execFileSync(
      'openssl',
      [
        'req',
        '-x509',
        '-newkey',
        'ec',
        '-pkeyopt',
        'ec_paramgen_curve:P-256',
        '-nodes',
        '-days',
        '2',
        '-subj',
        '/CN=localhost',
        '-addext',
        'subjectAltName=IP:127.0.0.1',
        '-keyout',
        keyFile,
        '-out',
        certFile,
      ],
      { stdio: 'ignore' },
    );
    const { record } = await start({ tls: { keyFile, certFile, caFile: certFile } });
    const address = addressOfServer(record, campaign.dir, 'consumer');
    expect(address.url).toBe(`rediss://127.0.0.1:${record.port}/0`);
    const redis = await connectRedis(address);
    expect(await redis.ping()).toBe('PONG');
    redis.disconnect();
    await expect(connectRedis({ ...address, tls: {} })).rejects.toMatchObject({
      code: 'REDIS_UNTRUSTED',
      message: expect.stringContaining('certificate'),
    });
    const { tls: _tls, ...plain } = address;
    await expect(connectRedis({ ...plain, url: `redis://127.0.0.1:${record.port}/0` })).rejects.toMatchObject(
      {
        code: 'REDIS_UNREACHABLE',
      },
    );
  });
});

describe('a machine without a server program', () => {
  it('is told so', async () => {
    await expect(start({ programs: ['/nowhere/redis-server'] })).rejects.toMatchObject({
      code: 'REDIS_NOT_FOUND',
    });
    expect(await readServerStatus(campaign.dir)).toEqual({ state: 'none' });
  });
});

it('a local directory is not taken for a network file system', () => {
  expect(networkFileSystemOf(join(campaign.dir, 'not', 'yet', 'there'))).toBeUndefined();
});

function hasOpenssl(): boolean {
  try {
    execFileSync('openssl', ['version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}
