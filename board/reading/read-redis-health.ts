import type { Redis } from 'ioredis';

/** What a look at Redis's INFO tells a user. */
export interface RedisHealth {
  /** `redis 7.0.15` */
  server: string;
  uptimeSeconds: number;
  usedBytes: number;
  /** null: no limit. */
  limitBytes: number | null;
  clients: number;
  /** `append-only file`, or that nothing is kept. */
  keeps: 'append-only file' | 'nothing on disk';
  /** What is wrong, in words. */
  warnings: string[];
}

/** Where BullMQ's scripts begin to be refused, memory is full; there is time to act before. */
const fullShare = 0.7;

export async function readRedisHealth(redis: Redis): Promise<RedisHealth> {
  return judgeInfo(await redis.info());
}

/** The text of INFO → what matters of it. */
export function judgeInfo(text: string): RedisHealth {
  const fields = new Map(
    text.split(/\r?\n/).map((line) => [line.split(':')[0] ?? '', line.slice(line.indexOf(':') + 1)]),
  );
  const number = (name: string): number => Number(fields.get(name) ?? 0);
  const limit = number('maxmemory');
  const used = number('used_memory');
  const hasFile = fields.get('aof_enabled') === '1';
  const warnings = [
    limit > 0 && used > fullShare * limit ? `memory is ${Math.round((100 * used) / limit)} % full` : null,
    hasFile && fields.get('aof_last_write_status') === 'err'
      ? 'the append-only file cannot be written'
      : null,
    fields.get('loading') === '1' ? 'it is still loading its data' : null,
    fields.get('role') === 'slave' ? 'it is a replica' : null,
  ];
  return {
    server: `${fields.get('server_name') ?? 'redis'} ${fields.get('valkey_version') ?? fields.get('redis_version') ?? '?'}`,
    uptimeSeconds: number('uptime_in_seconds'),
    usedBytes: used,
    limitBytes: limit > 0 ? limit : null,
    clients: number('connected_clients'),
    keeps: hasFile ? 'append-only file' : 'nothing on disk',
    warnings: warnings.filter((warning) => warning !== null),
  };
}
