import { once } from 'node:events';
import { createServer } from 'node:net';
import type { Redis } from 'ioredis';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { checkRedis } from '../../../core/redis/check-redis.ts';
import { connectRedis, toRedisOptions } from '../../../core/redis/connect-redis.ts';
import { parseRedisUrl, type RedisAddress } from '../../../core/redis/redis-address.ts';
import { findFreePort } from '../../../infra/redis/free-port.ts';
import { startTestRedis, type TestRedis } from '../../support/redis.ts';
import { listen, startTcpProxy } from '../../support/tcp-proxy.ts';

let server: TestRedis;
let admin: Redis;
const opened: Redis[] = [];

const open = async (...input: Parameters<typeof connectRedis>): Promise<Redis> => {
  const redis = await connectRedis(...input);
  opened.push(redis);
  return redis;
};

/** The test server as seen through another port, with its password. */
const through = (port: number): RedisAddress => ({ ...server.address, url: `redis://127.0.0.1:${port}/0` });

const targetOf = (address: RedisAddress): { host: string; port: number } => {
  const { host, port } = toRedisOptions(address);
  return { host, port };
};

beforeAll(async () => {
  server = await startTestRedis();
  admin = await connectRedis(server.address);
});
afterEach(() => opened.splice(0).forEach((redis) => redis.disconnect()));
afterAll(async () => {
  admin?.disconnect();
  await server?.stop();
});

describe('a connection', () => {
  it('is ready for commands, and shows its name', async () => {
    const redis = await open(server.address, { name: 'oact-test' });
    expect(await redis.ping()).toBe('PONG');
    expect(await redis.client('GETNAME')).toBe('oact-test');
  });

  it('comes back by itself after it was lost, and the command waits', async () => {
    const proxy = await startTcpProxy({ target: targetOf(server.address) });
    const redis = await open(through(proxy.port));
    const lost = once(redis, 'close');
    proxy.cut();
    await lost;
    expect(await redis.ping()).toBe('PONG');
    await proxy.stop();
  });

  it('stays lost when it shall not reconnect', async () => {
    const proxy = await startTcpProxy({ target: targetOf(server.address) });
    const redis = await open(through(proxy.port), { reconnect: false });
    const ended = once(redis, 'end');
    proxy.cut();
    await ended;
    await expect(redis.ping()).rejects.toThrow('closed');
    await proxy.stop();
  });
});

describe('a first connection that fails', () => {
  const unreachable = { code: 'REDIS_UNREACHABLE' };

  it('names the address when nobody listens', async () => {
    const port = await findFreePort();
    await expect(open(through(port))).rejects.toMatchObject({
      ...unreachable,
      message: expect.stringContaining(`redis://127.0.0.1:${port}/0 cannot be reached: connect ECONNREFUSED`),
    });
  });

  it('says so when the host is unknown', async () => {
    await expect(open(parseRedisUrl('redis://no-such-host.invalid', 'external'))).rejects.toMatchObject(
      unreachable,
    );
  });

  it('gives up on a server that takes the connection and says nothing', async () => {
    const silent = createServer((socket) => socket.on('error', () => undefined));
    const port = await listen(silent);
    const startedAt = Date.now();
    await expect(open(through(port))).rejects.toMatchObject({
      ...unreachable,
      message: expect.stringContaining('no answer within 5 s'),
    });
    expect(Date.now() - startedAt).toBeLessThan(7000);
    silent.close();
  });

  it.each([
    ['a wrong password', { password: 'wrong' }],
    ['an unknown user', { username: 'nobody', password: 'wrong' }],
  ])('says so for %s, without repeating it', async (_name, credentials) => {
    const attempt = open({ ...server.address, ...credentials });
    await expect(attempt).rejects.toMatchObject({ code: 'REDIS_WRONG_PASSWORD' });
    await expect(attempt).rejects.not.toThrow('wrong ');
  });

  it('says so when the server wants a password and none is given', async () => {
    const { kind, url } = server.address;
    await expect(open({ kind, url })).rejects.toMatchObject({ code: 'REDIS_WRONG_PASSWORD' });
  });

  it('says which command the user may not use', async () => {
    await admin.call('ACL', 'SETUSER', 'poor', 'on', '>poor', '~*', '-@all', '+ping', '+info');
    const address = {
      ...server.address,
      username: 'poor',
      password: 'poor',
      url: server.address.url.replace(/0$/, '1'),
    };
    await expect(open(address)).rejects.toMatchObject({
      code: 'REDIS_NO_PERMISSION',
      message: expect.stringContaining("'select'"),
    });
  });
});

describe('a server that is not fit', () => {
  it('a good one is described', async () => {
    expect(await checkRedis(admin)).toMatchObject({ role: 'master', evictionPolicy: 'noeviction' });
  });

  it('is too old', async () => {
    const proxy = await startTcpProxy({
      target: targetOf(server.address),
      rewrite: (text) => text.replace(/redis_version:\d/, 'redis_version:5'),
    });
    const redis = await open(through(proxy.port));
    await expect(checkRedis(redis)).rejects.toMatchObject({ code: 'REDIS_WRONG_VERSION' });
    await proxy.stop();
  });

  it('evicts keys', async () => {
    await admin.config('SET', 'maxmemory', '100mb');
    await admin.config('SET', 'maxmemory-policy', 'allkeys-lru');
    await expect(checkRedis(admin)).rejects.toMatchObject({
      code: 'REDIS_EVICTS',
      message: expect.stringContaining('allkeys-lru'),
    });
    await admin.config('SET', 'maxmemory', '0');
    await admin.config('SET', 'maxmemory-policy', 'noeviction');
  });

  it('does not let us ask', async () => {
    await admin.call('ACL', 'SETUSER', 'mute', 'on', '>mute', '~*', '-@all', '+ping');
    const redis = await open({ ...server.address, username: 'mute', password: 'mute' });
    await expect(checkRedis(redis)).rejects.toMatchObject({ code: 'REDIS_NO_PERMISSION' });
  });

  it('is a read-only replica', async () => {
    await admin.call('REPLICAOF', '127.0.0.1', await findFreePort());
    await expect(checkRedis(admin)).rejects.toMatchObject({ code: 'REDIS_READ_ONLY' });
    await admin.call('REPLICAOF', 'NO', 'ONE');
  });
});
