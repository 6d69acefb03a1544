import { pino } from 'pino';
import { afterEach, describe, expect, it } from 'vitest';
import { connectRedis, toRedisOptions } from '../../../core/redis/connect-redis.ts';
import type { RedisAddress } from '../../../core/redis/redis-address.ts';
import { waitForRedis } from '../../../core/redis/wait-for-redis.ts';
import { findFreePort } from '../../../infra/redis/free-port.ts';
import { useRedis } from '../../support/use-redis.ts';
import { startTcpProxy, type TcpProxy } from '../../support/tcp-proxy.ts';

const server = useRedis();
let proxy: TcpProxy | undefined;
afterEach(() => proxy?.stop());

function aWait(timeoutSeconds: number | null = null) {
  const lines: Record<string, unknown>[] = [];
  const stop = new AbortController();
  const log = pino({ base: null }, { write: (line: string) => void lines.push(JSON.parse(line)) });
  return { lines, stop, options: { signal: stop.signal, log, timeoutSeconds } };
}

/** Connects through a port and hangs up. */
async function reach(port: number, changes: Partial<RedisAddress> = {}): Promise<string> {
  const url = `redis://127.0.0.1:${port}/0`;
  const redis = await connectRedis({ ...server.address, url, ...changes });
  redis.disconnect();
  return 'reached';
}

describe('a wait for Redis', () => {
  it('says that it waits and how long it was, and comes back when Redis is there', async () => {
    const port = await findFreePort();
    const { lines, options } = aWait();
    let tries = 0;
    const waiting = waitForRedis(() => {
      tries += 1;
      return reach(port);
    }, options);
    await expect.poll(() => tries, { timeout: 10_000 }).toBeGreaterThanOrEqual(2);
    const { host, port: target } = toRedisOptions(server.address);
    proxy = await startTcpProxy({ target: { host, port: target }, port });
    expect(await waiting).toBe('reached');
    expect(lines.map(({ msg }) => msg)).toEqual([
      'Redis cannot be reached: waiting for it',
      'Redis answers again',
    ]);
    expect(lines[0]?.['err']).toContain('ECONNREFUSED');
    expect(lines[1]?.['seconds']).toEqual(expect.any(Number));
  });

  it('says nothing when there was no need to wait', async () => {
    const { lines, options } = aWait();
    expect(await waitForRedis(() => Promise.resolve(1), options)).toBe(1);
    expect(lines).toEqual([]);
  });

  it('ends at once when it is told to stop, also in the middle of a try', async () => {
    const { stop, options } = aWait();
    const waiting = waitForRedis(() => new Promise<number>(() => undefined), options);
    stop.abort();
    expect(await waiting).toBeUndefined();
  });

  it('gives up after its time, with what was wrong', async () => {
    const port = await findFreePort();
    const { lines, options } = aWait(1);
    await expect(waitForRedis(() => reach(port), options)).rejects.toMatchObject({
      code: 'REDIS_UNREACHABLE',
      message: expect.stringMatching(/gave up after 1 s: .*ECONNREFUSED/),
    });
    expect(lines).toHaveLength(1);
  });

  it('does not wait for what time does not mend', async () => {
    const { lines, options } = aWait();
    const { port } = toRedisOptions(server.address);
    await expect(waitForRedis(() => reach(port, { password: 'wrong' }), options)).rejects.toMatchObject({
      code: 'REDIS_WRONG_PASSWORD',
    });
    expect(lines).toEqual([]);
  });
});
