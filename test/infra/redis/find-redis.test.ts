import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface, type Interface } from 'node:readline';
import { Queue, Worker } from 'bullmq';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { checkRedis } from '../../../core/redis/check-redis.ts';
import { connectRedis } from '../../../core/redis/connect-redis.ts';
import { toQueueConnection } from '../../../core/redis/queue-connection.ts';
import { defaultJobOptions, queuePrefix } from '../../../core/job/queue-names.ts';
import { findRedisProgram, parseServerVersion } from '../../../infra/redis/find-redis-program.ts';
import { findRedis, type FindRedisOptions } from '../../../infra/redis/find-redis.ts';
import type { RedisInUse } from '../../../infra/redis/redis-in-use.ts';
import { parseServerPort, renderServerConfig } from '../../../infra/redis/settings/render-server-config.ts';
import { startServer } from '../../../infra/redis/start-server.ts';
import { stopServer } from '../../../infra/redis/stop-server.ts';
import { type CampaignDir, makeCampaignDir } from '../../support/campaign-dir.ts';

const program = await findRedisProgram();
const nowhere = ['/nowhere/redis-server'];
let campaign: CampaignDir;
const found: RedisInUse[] = [];

beforeEach(() => {
  campaign = makeCampaignDir();
});
afterEach(async () => {
  for (const redis of found.splice(0)) await redis.stop();
  await stopServer(campaign.dir);
  campaign.remove();
});

const find = async (options: Partial<FindRedisOptions> = {}): Promise<RedisInUse> => {
  const redis = await findRedis({ campaignDir: campaign.dir, role: 'producer', ...options });
  found.push(redis);
  return redis;
};

const canBeReached = async (redis: RedisInUse): Promise<boolean> => {
  try {
    (await connectRedis(redis.address, { reconnect: false })).disconnect();
    return true;
  } catch {
    return false;
  }
};

describe('the Redis that a command uses', () => {
  it('is the given URL before all else', async () => {
    const { address } = await find({ url: 'redis://:pw@login1:7000', startPrivate: true });
    expect(address).toEqual({ kind: 'external', url: 'redis://login1:7000/0', password: 'pw' });
  });

  it.skipIf(!program)("is else the campaign's own server, which is left running", async () => {
    const { record } = await startServer({ campaignDir: campaign.dir, campaignId: '0a1b2c3d' });
    const redis = await find({ role: 'consumer', startPrivate: true });
    expect(redis.address).toMatchObject({ url: `redis://127.0.0.1:${record.port}/0`, username: 'consumer' });
    await redis.stop();
    expect(await canBeReached(redis)).toBe(true);
  });

  it.skipIf(!program)('is else a private server, which ends with the command', async () => {
    const redis = await find({ startPrivate: true });
    expect(redis.address.kind).toBe(program?.kind);
    expect(await canBeReached(redis)).toBe(true);
    await redis.stop();
    await redis.stop();
    expect(await canBeReached(redis)).toBe(false);
  });

  it('is else the embedded one', async () => {
    const redis = await find({ startPrivate: true, programs: nowhere });
    expect(redis.address.kind).toBe('embedded');
    expect(await canBeReached(redis)).toBe(true);
    await redis.stop();
    await redis.stop();
    expect(await canBeReached(redis)).toBe(false);
  });

  it('is missing when none runs and none shall be started', async () => {
    await expect(find()).rejects.toMatchObject({
      code: 'REDIS_NOT_FOUND',
      hint: expect.stringContaining('oact redis start'),
    });
  });

  it.skipIf(!program)('is missing, with another reason, when the server was killed', async () => {
    const { record } = await startServer({ campaignDir: campaign.dir, campaignId: '0a1b2c3d' });
    process.kill(record.pid, 'SIGKILL');
    await expect
      .poll(() => find().catch((error: unknown) => error))
      .toMatchObject({
        code: 'REDIS_NOT_FOUND',
        message: expect.stringContaining('no longer runs'),
      });
  });
});

describe('the embedded server', () => {
  it('wants its password, and is fit for the queue', async () => {
    const { address } = await find({ startPrivate: true, programs: nowhere });
    const { kind, url } = address;
    await expect(connectRedis({ kind, url })).rejects.toMatchObject({ code: 'REDIS_WRONG_PASSWORD' });
    const redis = await connectRedis(address);
    expect(await checkRedis(redis)).toMatchObject({ product: 'valkey', role: 'master' });
    redis.disconnect();
  });

  it('runs a job, and answers in milliseconds', async () => {
    const { address } = await find({ startPrivate: true, programs: nowhere });
    const options = { connection: toQueueConnection(address), prefix: queuePrefix('0a1b2c3d') };
    const queue = new Queue('default', options);
    const worker = new Worker('default', null, { ...options, autorun: false, skipStalledCheck: true });
    await queue.waitUntilReady();
    await worker.waitUntilReady();
    const startedAt = performance.now();
    for (let record = 1; record <= 20; record++) {
      await queue.add('UO2', {}, { ...defaultJobOptions, jobId: `c${record}-a1` });
      const job = await worker.getNextJob('t');
      await job?.moveToCompleted({ ok: true }, 't', false);
    }
    // 60 round trips: without the extra passes of its event loop each would take 100 ms or more.
    expect(performance.now() - startedAt).toBeLessThan(3000);
    expect(await queue.getJobCounts()).toMatchObject({ completed: 20, waiting: 0 });
    await worker.close();
    await queue.close();
  });
});

interface Holder {
  holder: ChildProcess;
  lines: Interface;
  redis: RedisInUse;
}

/** A process group of its own that starts a Redis, prints the address, survives Ctrl+C and waits to be killed. */
async function startHolder(programs: readonly string[]): Promise<Holder> {
  const module = new URL('../../../dist/infra/redis/find-redis.js', import.meta.url).href;
  const options = { campaignDir: campaign.dir, role: 'admin', startPrivate: true, programs };
  const script = `
    import { findRedis } from ${JSON.stringify(module)};
    process.on('SIGINT', () => console.log('interrupted'));
    const { address } = await findRedis(${JSON.stringify(options)});
    console.log(JSON.stringify(address));
    setInterval(() => undefined, 1000);`;
  const holder = spawn(process.execPath, ['--input-type=module', '-e', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
    detached: true,
  });
  const lines = createInterface({ input: holder.stdout });
  const [line]: unknown[] = await once(lines, 'line');
  return { holder, lines, redis: { address: JSON.parse(String(line)), stop: () => Promise.resolve() } };
}

describe.each([
  ['a private server', program ? [program.path] : []],
  ['the embedded server', nowhere],
])('%s', (_name, programs) => {
  it.skipIf(programs.length === 0)('dies with the process that started it, even a killed one', async () => {
    const { holder, redis } = await startHolder(programs);
    expect(await canBeReached(redis)).toBe(true);
    holder.kill('SIGKILL');
    await expect.poll(() => canBeReached(redis), { timeout: 5000 }).toBe(false);
  });

  it.skipIf(programs.length === 0)('does not hear the Ctrl+C of its terminal', async () => {
    const { holder, lines, redis } = await startHolder(programs);
    const interrupted = once(lines, 'line');
    process.kill(-(holder.pid ?? 0), 'SIGINT');
    expect(await interrupted).toEqual(['interrupted']);
    // A server that heard it ends at its next tick, within 100 ms.
    const until = Date.now() + 500;
    while (Date.now() < until) expect(await canBeReached(redis)).toBe(true);
    holder.kill('SIGKILL');
    await expect.poll(() => canBeReached(redis), { timeout: 5000 }).toBe(false);
  });
});

describe('what server programs say', () => {
  it.each([
    ['Redis server v=7.0.15 sha=00000000:0 malloc=jemalloc-5.3.0 bits=64 build=ae4d7c971a948f0', '7.0.15'],
    ['Valkey server v=8.0.1 sha=00000000:0 malloc=jemalloc-5.3.0 bits=64 build=1', '8.0.1'],
    ['no such option', undefined],
  ])('%s', (text, version) => expect(parseServerVersion(text)).toBe(version));

  it('a configuration gives its port back, with and without TLS', () => {
    const config = {
      bind: ['127.0.0.1'],
      port: 7001,
      dataDir: '/d',
      logFile: '/l',
      aclFile: '/a',
      appendOnly: true,
    };
    expect(parseServerPort(renderServerConfig(config))).toBe(7001);
    expect(parseServerPort(renderServerConfig({ ...config, tls: { certFile: '/c', keyFile: '/k' } }))).toBe(
      7001,
    );
    expect(parseServerPort('')).toBeUndefined();
  });
});
