import { Redis, type RedisOptions } from 'ioredis';
import { OactError, systemErrorCode } from '../errors.ts';
import { PreloadedRedis } from './preloaded-redis.ts';
import { followServer } from './follow-server.ts';
import { describeRedis, type RedisAddress } from './redis-address.ts';

/** A user waits for the first connection; five seconds cover a slow name server and a busy login node. */
const firstConnectMs = 5000;

export interface ConnectOptions {
  /** Shown by CLIENT LIST. */
  name?: string;
  /** False: a lost connection stays lost, so that no command is ever sent twice. */
  reconnect?: boolean;
}

/** Half a second at first, 20 s at most; spread out, so that 10,000 consumers do not come back at once. */
function retryDelayMs(times: number): number {
  return Math.min(20_000, 250 * 2 ** times) * (0.75 + Math.random() / 2);
}

/**
 * The options of every connection of oact; BullMQ's Queue and Worker take them as they are.
 * Without `commandTimeout`, which would turn an outage into endless timeouts and lose results.
 */
export function toRedisOptions(address: RedisAddress) {
  const url = new URL(address.url);
  return {
    host: url.hostname.replace(/^\[|\]$/g, ''),
    port: Number(url.port),
    db: Number(url.pathname.slice(1)),
    ...(address.username !== undefined && { username: address.username }),
    ...(address.password !== undefined && { password: address.password }),
    ...(address.tls && { tls: address.tls }),
    ...(address.follows !== undefined && { Connector: followServer(address.follows) }),
    // Commands wait for an absent Redis instead of failing; BullMQ demands it.
    maxRetriesPerRequest: null,
    keepAlive: 10_000,
    retryStrategy: retryDelayMs,
    // CLIENT SETINFO is unknown to Redis 7.0 and would need one more right.
    disableClientInfo: true,
  } satisfies RedisOptions;
}

/** Codes with which Node refuses a certificate: unknown authority, wrong name, out of date. Waiting mends none of them. */
function isMistrust(error: Error | undefined): boolean {
  return /CERT|CRL|ISSUER|SIGNATURE|ALTNAME|INVALID_CA|HOSTNAME/.test(systemErrorCode(error) ?? '');
}

/** A connection error in our words. */
function explainConnectError(address: RedisAddress, error: Error | undefined): OactError {
  const text = error?.message ?? `no answer within ${firstConnectMs / 1000} s`;
  const where = describeRedis(address);
  if (/^(WRONGPASS|NOAUTH)|AUTH failed|invalid password/.test(text)) {
    const user = address.username === undefined ? '' : ` for user '${address.username}'`;
    return new OactError('REDIS_WRONG_PASSWORD', `${where} refuses the password${user}`, {
      hint: 'Check the password in OACT_REDIS_URL, or start the server again with oact redis start.',
      cause: error,
    });
  }
  if (text.startsWith('NOPERM')) {
    return new OactError(
      'REDIS_NO_PERMISSION',
      `${where} accepts the password but refuses a command: ${text}`,
      {
        hint: 'Give this user the rights in .oact/redis/users.acl of a campaign whose server was started with oact redis start.',
        cause: error,
      },
    );
  }
  if (isMistrust(error)) {
    return new OactError('REDIS_UNTRUSTED', `${where} has a certificate that is not trusted: ${text}`, {
      hint:
        address.kind === 'external'
          ? 'Set NODE_EXTRA_CA_CERTS to the certificate of its authority.'
          : 'Stop the server and start it with --tls-ca, the authority that signed --tls-cert. The certificate must name the address of --bind.',
      cause: error,
    });
  }
  return new OactError('REDIS_UNREACHABLE', `${where} cannot be reached: ${text}`, {
    hint: 'Run oact redis status. A compute node can reach only a server that was started with --bind.',
    cause: error,
  });
}

/**
 * Opens a connection and returns it when it is ready for commands. Afterwards it reconnects by itself
 * for ever (unless `reconnect: false`), and commands wait meanwhile.
 * @throws OactError REDIS_UNREACHABLE, REDIS_UNTRUSTED, REDIS_WRONG_PASSWORD, REDIS_NO_PERMISSION
 */
export async function connectRedis(address: RedisAddress, options: ConnectOptions = {}): Promise<Redis> {
  const all = {
    ...toRedisOptions(address),
    ...(options.reconnect === false && { retryStrategy: () => null, autoResendUnfulfilledCommands: false }),
    ...(options.name !== undefined && { connectionName: options.name }),
    lazyConnect: true,
  };
  const redis = address.hasScripts === true ? new PreloadedRedis(all) : new Redis(all);
  try {
    await waitUntilReady(redis, address);
  } catch (error) {
    redis.disconnect();
    throw error;
  }
  return redis;
}

function waitUntilReady(redis: Redis, address: RedisAddress): Promise<void> {
  return new Promise((resolve, reject) => {
    let lastError: Error | undefined;
    const deadline = setTimeout(() => reject(explainConnectError(address, lastError)), firstConnectMs);
    // Stays attached for the connection's life: ioredis prints errors that nobody listens to.
    redis.on('error', (error: Error) => {
      lastError = error;
      clearTimeout(deadline);
      reject(explainConnectError(address, error));
    });
    redis.once('ready', () => {
      clearTimeout(deadline);
      resolve();
    });
    // Its rejection says only "Connection is closed."; the error event says why.
    redis.connect().catch(() => undefined);
  });
}
