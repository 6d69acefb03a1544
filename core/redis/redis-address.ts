import { OactError } from '../errors.ts';

/** Where a Redis comes from; the status line says it. */
export type RedisKind = 'external' | 'redis-server' | 'valkey-server' | 'embedded';

export interface RedisAddress {
  kind: RedisKind;
  /** `redis://host:port/db` or `rediss://…`, without user and password: fit to be printed. */
  url: string;
  username?: string;
  password?: string;
  /** Present when the connection is encrypted; `ca` is a certificate in PEM, else the system's are used. */
  tls?: { ca?: string };
  /** It has the scripts of oact and takes no others: a campaign's own server. */
  hasScripts?: true;
  /** A campaign whose own server this is: a lost connection looks up where it runs by then. */
  follows?: string;
}

/** User and password of a URL, or undefined when an escape in them is broken. */
function readCredentials(url: URL): { username?: string; password?: string } | undefined {
  try {
    return {
      ...(url.username !== '' && { username: decodeURIComponent(url.username) }),
      ...(url.password !== '' && { password: decodeURIComponent(url.password) }),
    };
  } catch {
    return undefined;
  }
}

/**
 * Reads a Redis URL and takes its secrets out of it.
 * @param text `redis://[user[:password]@]host[:port][/db]`, or `rediss://` for TLS
 * @throws OactError CONFIG_INVALID; the message never repeats the text, which may hold a password
 */
export function parseRedisUrl(text: string, kind: RedisKind): RedisAddress {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const credentials = url && readCredentials(url);
  const path = /^(?:\/(\d*))?$/.exec(url?.pathname ?? 'none');
  if (!url || !credentials || !path || url.hostname === '' || !['redis:', 'rediss:'].includes(url.protocol)) {
    throw new OactError('CONFIG_INVALID', 'the Redis URL cannot be read', {
      hint: 'Write redis://user:password@host:6379/0, or rediss:// for TLS, with %-escapes in the password.',
    });
  }
  return {
    kind,
    url: `${url.protocol}//${url.hostname}:${url.port || '6379'}/${path[1] || '0'}`,
    ...credentials,
    ...(url.protocol === 'rediss:' && { tls: {} }),
  };
}

/** `redis-server at redis://login1:6390/0`, for a status line or a message: no secrets. */
export function describeRedis(address: RedisAddress): string {
  return `${address.kind === 'external' ? 'Redis' : address.kind} at ${address.url}`;
}
