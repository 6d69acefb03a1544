import { RedisConnection } from 'bullmq';
import { expect, it, onTestFinished } from 'vitest';
import { toRedisOptions } from '../../../core/redis/connect-redis.ts';
import { PreloadedRedis } from '../../../core/redis/preloaded-redis.ts';
import { ownScripts } from '../../../core/redis/scripts/run-script.ts';
import { renderAclFile } from '../../../infra/redis/rights/render-acl.ts';
import { startTestRedis } from '../../support/redis.ts';

it('the producer may call every command that a script of the queue names', async () => {
  const server = await startTestRedis();
  onTestFinished(() => server.stop());
  const redis = new PreloadedRedis(toRedisOptions(server.address));
  onTestFinished(() => redis.disconnect());
  await new RedisConnection(redis, { shared: true, blocking: false }).client;
  const scripts = [...redis.definedScripts].filter(([name]) => !name.startsWith('relay'));
  expect(scripts.length).toBeGreaterThanOrEqual(50);
  const called = [...scripts.map(([, script]) => script), ...ownScripts].flatMap((script) =>
    [...script.matchAll(/(?:rcall|redis\.call)\(\s*['"](\w+)['"]/gi)].map(([, name = '']) =>
      name.toLowerCase(),
    ),
  );
  const passwords = { admin: 'a', producer: 'p', consumer: 'c', board: 'b' };
  const users = renderAclFile({ campaignId: '0a1b', passwords, hasSelectors: true }).split('\n');
  const rights = users.find((user) => user.startsWith('user producer '))?.split(' ') ?? [];
  expect([...new Set(called)].filter((name) => !rights.includes(`+${name}`))).toEqual([]);
});
