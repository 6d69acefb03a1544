import type { RedisAddress } from '../../core/redis/redis-address.ts';

/** The URL with its secrets, as a user would put it into OACT_REDIS_URL. */
export function fullRedisUrl(address: RedisAddress): string {
  const url = new URL(address.url);
  url.username = address.username ?? '';
  url.password = address.password ?? '';
  return url.href;
}
