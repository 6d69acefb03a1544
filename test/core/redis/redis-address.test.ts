import { describe, expect, it } from 'vitest';
import { toRedisOptions } from '../../../core/redis/connect-redis.ts';
import { queuePrefix } from '../../../core/job/queue-names.ts';
import { describeRedis, parseRedisUrl } from '../../../core/redis/redis-address.ts';

describe('a Redis URL', () => {
  it.each([
    ['redis://h', { url: 'redis://h:6379/0' }],
    ['redis://h:7000/2', { url: 'redis://h:7000/2' }],
    ['redis://:p%40ss%2F@h', { url: 'redis://h:6379/0', password: 'p@ss/' }],
    ['redis://ann:pw@h:1/', { url: 'redis://h:1/0', username: 'ann', password: 'pw' }],
    ['rediss://h', { url: 'rediss://h:6379/0', tls: {} }],
    ['redis://[::1]:5', { url: 'redis://[::1]:5/0' }],
  ])('%s is read', (text, address) => {
    expect(parseRedisUrl(text, 'external')).toEqual({ kind: 'external', ...address });
  });

  it.each([
    '',
    'localhost:6379',
    'http://h',
    'redis://',
    'redis://h/x',
    'redis://u:%zz@h',
    'redis://h:99999',
  ])('%j is refused', (text) => {
    expect(() => parseRedisUrl(text, 'external')).toThrow(
      expect.objectContaining({ code: 'CONFIG_INVALID' }),
    );
  });

  it('keeps its secret out of descriptions and of the error for a broken one', () => {
    const address = parseRedisUrl('rediss://ann:geheim@login1:7000/1', 'external');
    expect(describeRedis(address)).toBe('Redis at rediss://login1:7000/1');
    expect(() => parseRedisUrl('redis://ann:geheim@login1:x', 'external')).toThrow(/^(?!.*geheim)/);
  });

  it('becomes the options of a connection', () => {
    expect(toRedisOptions(parseRedisUrl('rediss://ann:pw@[::1]:5/3', 'external'))).toMatchObject({
      host: '::1',
      port: 5,
      db: 3,
      username: 'ann',
      password: 'pw',
      tls: {},
      maxRetriesPerRequest: null,
      keepAlive: 10_000,
    });
  });
});

describe('the prefix of a campaign', () => {
  it('is a hash tag', () => expect(queuePrefix('0a1b2c3d')).toBe('{oact-0a1b2c3d}'));
  it.each(['', 'a b', 'a*', '{a}', 'a:b'])('is not made from %j', (id) => {
    expect(() => queuePrefix(id)).toThrow(expect.objectContaining({ code: 'CONFIG_INVALID' }));
  });
});
