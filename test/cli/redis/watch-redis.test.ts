import { pino } from 'pino';
import { expect, it, onTestFinished } from 'vitest';
import { watchRedis } from '../../../cli/redis/watch-redis.ts';
import { connectRedis } from '../../../core/redis/connect-redis.ts';
import { createOutageLog } from '../../../core/redis/outage-log.ts';
import { useRedis } from '../../support/use-redis.ts';

const server = useRedis();

it('says that Redis fell silent although the connection stands, and that it speaks again', async () => {
  const lines: { msg: string; err?: string }[] = [];
  const log = pino({ base: null }, { write: (line: string) => void lines.push(JSON.parse(line)) });
  const redis = await connectRedis(server.address);
  const admin = await connectRedis(server.address);
  const watch = watchRedis(redis, createOutageLog(log, { away: 'away', back: 'back' }));
  onTestFinished(() => {
    watch.stop();
    redis.disconnect();
    admin.disconnect();
  });
  await admin.client('PAUSE', 18_000, 'ALL');
  await expect.poll(() => lines.length, { timeout: 40_000 }).toBe(2);
  expect(lines).toMatchObject([{ msg: 'away', err: 'no answer for 10 s' }, { msg: 'back' }]);
}, 60_000);
