import type { Redis } from 'ioredis';
import { OactError } from '../errors.ts';

/** Lua scripts of BullMQ need commands of 6.2. Valkey reports the Redis version that it is compatible with. */
const minimumVersion: readonly [number, number] = [6, 2];

/** What INFO says, as far as oact wants to know it. */
export interface RedisInfo {
  /** Of Redis or, on Valkey, of the Redis it is compatible with. */
  version: string;
  product: 'redis' | 'valkey';
  pid: number;
  role: string;
  uptimeSeconds: number;
  /** Its clock, ms since the epoch, exact to a tenth of a second; 0 when it does not say. */
  clockMs: number;
  connectedClients: number;
  maxClients: number;
  usedMemoryBytes: number;
  /** 0 means no limit. */
  maxMemoryBytes: number;
  evictionPolicy: string;
  appendOnly: boolean;
  /** Size of the append-only file; 0 without one. */
  appendOnlyBytes: number;
  /** False when the last write to the append-only file failed: Redis then takes no writes. */
  isDiskWritable: boolean;
  /** Since it started. */
  commandsProcessed: number;
}

/** Reads the text of INFO; fields that a server does not report become '' or 0. */
export function parseRedisInfo(text: string): RedisInfo {
  const fields = new Map<string, string>();
  for (const line of text.split(/\r?\n/)) {
    const colon = line.indexOf(':');
    if (colon > 0 && !line.startsWith('#')) fields.set(line.slice(0, colon), line.slice(colon + 1));
  }
  const count = (name: string): number => Number(fields.get(name) ?? 0);
  return {
    version: fields.get('redis_version') ?? '',
    product: fields.has('valkey_version') ? 'valkey' : 'redis',
    pid: count('process_id'),
    role: fields.get('role') ?? '',
    uptimeSeconds: count('uptime_in_seconds'),
    clockMs: count('server_time_usec') / 1000,
    connectedClients: count('connected_clients'),
    maxClients: count('maxclients'),
    usedMemoryBytes: count('used_memory'),
    maxMemoryBytes: count('maxmemory'),
    evictionPolicy: fields.get('maxmemory_policy') ?? '',
    appendOnly: fields.get('aof_enabled') === '1',
    appendOnlyBytes: count('aof_current_size'),
    isDiskWritable: fields.get('aof_last_write_status') !== 'err',
    commandsProcessed: count('total_commands_processed'),
  };
}

/** Why a server of this kind must not hold the queue, or undefined when it may. */
function decideRedisFitness(info: RedisInfo): OactError | undefined {
  const [major = 0, minor = 0] = info.version.split('.').map(Number);
  if (major < minimumVersion[0] || (major === minimumVersion[0] && minor < minimumVersion[1])) {
    return new OactError(
      'REDIS_WRONG_VERSION',
      `Redis ${info.version} is too old: oact needs ${minimumVersion.join('.')}`,
      {
        hint: 'Use Redis 6.2 or newer, or Valkey.',
      },
    );
  }
  if (info.role !== 'master') {
    return new OactError(
      'REDIS_READ_ONLY',
      `this Redis is a read-only replica (role ${info.role || 'unknown'})`,
      {
        hint: 'Use the address of its primary.',
      },
    );
  }
  if (info.maxMemoryBytes > 0 && info.evictionPolicy !== 'noeviction') {
    return new OactError('REDIS_EVICTS', `this Redis deletes keys when it is full (${info.evictionPolicy})`, {
      hint: 'Set maxmemory-policy noeviction. A deleted lock starts a job twice, and a deleted job is lost.',
    });
  }
  return undefined;
}

/**
 * Asks the server about itself and refuses one that would lose jobs. Needs the right to INFO, no CONFIG.
 * @throws OactError REDIS_WRONG_VERSION, REDIS_READ_ONLY, REDIS_EVICTS, REDIS_NO_PERMISSION
 */
export async function checkRedis(redis: Redis): Promise<RedisInfo> {
  const info = parseRedisInfo(await readInfo(redis));
  const unfit = decideRedisFitness(info);
  if (unfit) throw unfit;
  return info;
}

async function readInfo(redis: Redis): Promise<string> {
  try {
    return await redis.info();
  } catch (error) {
    if (!(error instanceof Error) || !error.message.startsWith('NOPERM')) throw error;
    throw new OactError('REDIS_NO_PERMISSION', `this Redis user may not send INFO: ${error.message}`, {
      hint: 'Give it +info; oact needs INFO to check that the server can hold a queue.',
      cause: error,
    });
  }
}
