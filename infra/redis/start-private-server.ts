import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { parseRedisUrl } from '../../core/redis/redis-address.ts';
import { makeSecret } from '../../core/config/secret-file.ts';
import type { RedisProgram } from './find-redis-program.ts';
import { findFreePort } from './free-port.ts';
import type { RedisInUse } from './redis-in-use.ts';
import { waitUntilAnswers } from './wait-until-answers.ts';

/**
 * The shell keeps the server company: when the process that holds its standard input dies, however it dies,
 * `read` ends and the server is stopped. A server that ended by itself ends the shell. $1 is its configuration,
 * $2 its directory, which goes with it.
 */
const keeperScript = `
exec 3<&0
"$0" "$1" </dev/null & server=$!
(read -r _ <&3; kill "$server") >/dev/null 2>&1 & watcher=$!
wait "$server"
kill "$watcher" 2>/dev/null
rm -rf "$2"
`;

/**
 * Starts a server for one command on this node: any free port, a password, nothing kept on disk.
 * It ends with `stop` or with this process.
 * @throws OactError REDIS_START_FAILED
 */
export async function startPrivateServer(program: RedisProgram): Promise<RedisInUse> {
  const dir = mkdtempSync(join(tmpdir(), 'oact-redis-'));
  const password = makeSecret();
  const port = await findFreePort();
  const configFile = join(dir, 'redis.conf');
  writeFileSync(configFile, renderPrivateConfig(dir, port, password), { mode: 0o600 });
  // Own session: Ctrl+C is for us, who still need the server while jobs are handed back.
  const keeper = execa('sh', ['-c', keeperScript, program.path, configFile, dir], {
    detached: true,
    cleanup: false,
    reject: false,
    stdin: 'pipe',
    stdout: 'ignore',
    stderr: 'ignore',
  });
  let hasExited = false;
  const ended = keeper.finally(() => {
    hasExited = true;
  });
  const stop = async (): Promise<void> => {
    keeper.stdin.end();
    await ended;
  };
  const address = parseRedisUrl(`redis://:${password}@127.0.0.1:${port}/0`, program.kind);
  try {
    const redis = await waitUntilAnswers(address, () => hasExited);
    redis.disconnect();
  } catch (error) {
    await stop();
    throw error;
  }
  return { address, stop };
}

function renderPrivateConfig(dir: string, port: number, password: string): string {
  return [
    'bind 127.0.0.1',
    `port ${port}`,
    `requirepass ${password}`,
    `dir ${JSON.stringify(dir)}`,
    `logfile ${JSON.stringify(join(dir, 'redis.log'))}`,
    'save ""',
    'appendonly no',
    'maxmemory-policy noeviction',
    '',
  ].join('\n');
}
