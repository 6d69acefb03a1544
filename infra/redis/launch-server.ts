import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join, resolve } from 'node:path';
import { execa } from 'execa';
import {
  addressOfServer,
  redisDirOf,
  type ServerRecord,
  serverRecordPath,
} from '../../core/redis/campaign-redis.ts';
import { checkRedis, type RedisInfo } from '../../core/redis/check-redis.ts';
import { OactError } from '../../core/errors.ts';
import type { RedisProgram } from './find-redis-program.ts';
import { waitUntilAnswers } from './wait-until-answers.ts';
import { reachedAs, serverFileNames } from './settings/write-server-files.ts';

interface LaunchOptions {
  campaignDir: string;
  bind: string;
  port: number;
  tls?: { caFile?: string };
  isKept?: boolean;
}

/**
 * Starts the program in a session of its own, waits until it answers, and leaves `server.json` for everybody.
 * @throws OactError REDIS_START_FAILED with the last line of its log, REDIS_WRONG_VERSION
 */
export async function launchServer(
  program: RedisProgram,
  configFile: string,
  { campaignDir, bind, port, tls, isKept }: LaunchOptions,
): Promise<{ record: ServerRecord; info: RedisInfo }> {
  const server = execa(program.path, [configFile], {
    detached: true,
    cleanup: false,
    stdio: 'ignore',
    reject: false,
  });
  let hasExited = false;
  void server.then(() => (hasExited = true));
  server.unref();
  const record: ServerRecord = {
    v: 1,
    kind: program.kind,
    host: reachedAs(bind),
    port,
    tls: tls ? { caFile: tls.caFile === undefined ? null : resolve(tls.caFile) } : null,
    pid: server.pid ?? 0,
    node: hostname(),
    startedAt: new Date().toISOString(),
    ...(isKept === true && { keptBy: 'serve' as const }),
  };
  let info: RedisInfo;
  try {
    const redis = await waitUntilAnswers(addressOfServer(record, campaignDir, 'admin'), () => hasExited);
    info = await checkRedis(redis).finally(() => redis.disconnect());
  } catch (error) {
    if (!hasExited) server.kill('SIGTERM');
    if (!hasExited) throw error;
    throw new OactError(
      'REDIS_START_FAILED',
      `${program.path} ended at once: ${readLastLogLine(campaignDir)}`,
      {
        hint: `Read its log: ${join(redisDirOf(campaignDir), serverFileNames.log)}.`,
        cause: error,
      },
    );
  }
  writeRecord(campaignDir, record);
  return { record, info };
}

/** Appears complete or not at all, for readers on other nodes. */
function writeRecord(campaignDir: string, record: ServerRecord): void {
  const path = serverRecordPath(campaignDir);
  writeFileSync(`${path}.new`, `${JSON.stringify(record, null, 2)}\n`, { mode: 0o600 });
  renameSync(`${path}.new`, path);
}

function readLastLogLine(campaignDir: string): string {
  try {
    const log = readFileSync(join(redisDirOf(campaignDir), serverFileNames.log), 'utf8');
    return log.trimEnd().split('\n').at(-1) ?? '';
  } catch {
    return 'it wrote no log';
  }
}
