import { resolve } from 'node:path';
import { parseRedisUrl, type RedisAddress } from './redis-address.ts';
import { readSecret } from '../config/secret-file.ts';

/**
 * The Redis that a user names, with its password from the file beside it. Undefined when none is named.
 * @param campaignDir what a relative path of the file starts from
 * @throws OactError CONFIG_INVALID (the URL), SECRET_EXPOSED, FILE_UNREADABLE
 */
export function readExternalRedis(
  { url, passwordFile }: { url: string | null; passwordFile: string | null },
  campaignDir: string,
): RedisAddress | undefined {
  if (url === null) return undefined;
  const address = parseRedisUrl(url, 'external');
  return passwordFile === null
    ? address
    : { ...address, password: readSecret(resolve(campaignDir, passwordFile)) };
}
