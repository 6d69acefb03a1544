import { execa } from 'execa';

/** A server program of this machine. */
export interface RedisProgram {
  path: string;
  kind: 'redis-server' | 'valkey-server';
  /** Its own, `7.0.15`; for Valkey not the Redis version it is compatible with. */
  version: string;
}

/** PATH first, then where packages put servers; the PATH of ordinary users often lacks the sbin directories. */
const placesOf = (kind: string): string[] => [kind, `/usr/sbin/${kind}`, `/usr/local/bin/${kind}`];

/** Every place to look in, in order. */
const redisPrograms: readonly string[] = [...placesOf('redis-server'), ...placesOf('valkey-server')];

/** The version in `Redis server v=7.0.15 sha=…` or `Server v=8.0.1 …`, or undefined when it says none. */
export function parseServerVersion(text: string): string | undefined {
  return /\bv=(\d+\.\d+\.\d+)/.exec(text)?.[1];
}

/** The first of `programs` that starts and tells its version. */
export async function findRedisProgram(
  programs: readonly string[] = redisPrograms,
): Promise<RedisProgram | undefined> {
  for (const path of programs) {
    const { stdout, failed } = await execa(path, ['--version'], {
      reject: false,
      timeout: 5000,
      stdin: 'ignore',
    });
    const version = failed ? undefined : parseServerVersion(stdout);
    // Its own words, not its name: Valkey is also installed under the name redis-server.
    if (version !== undefined) {
      return { path, kind: stdout.startsWith('Redis') ? 'redis-server' : 'valkey-server', version };
    }
  }
  return undefined;
}
