import { readCampaignRedis, type RedisRole } from '../core/campaign-redis.ts';
import { OactError } from '../core/errors.ts';
import { readExternalRedis } from '../core/external-redis.ts';
import { findRedisProgram } from './find-redis-program.ts';
import type { RedisInUse } from './redis-in-use.ts';
import { readServerStatus } from './server-status.ts';
import { startEmbedded } from './start-embedded.ts';
import { startPrivateServer } from './start-private-server.ts';

export interface FindRedisOptions {
  campaignDir: string;
  role: RedisRole;
  /** `OACT_REDIS_URL` or its setting; it wins over everything. */
  url?: string;
  /** The password of `url`. */
  passwordFile?: string | null;
  /** Starts a server for this command when there is none: for `oact run`, the demo and tests. */
  startPrivate?: boolean;
  /** Where to look for a server program, instead of the usual places. */
  programs?: readonly string[];
}

/**
 * The Redis to use: the given URL, else the campaign's own server, else (if asked) a private redis-server or
 * valkey-server, else the embedded one.
 * @throws OactError REDIS_NOT_FOUND, CONFIG_INVALID (the URL), REDIS_UNREACHABLE, REDIS_START_FAILED, SECRET_EXPOSED
 */
export async function findRedis(options: FindRedisOptions): Promise<RedisInUse> {
  const { campaignDir, role, startPrivate = false, programs } = options;
  const named = readExternalRedis(
    { url: options.url ?? null, passwordFile: options.passwordFile ?? null },
    campaignDir,
  );
  if (named) return notOurs(named);
  const status = await readServerStatus(campaignDir, role);
  if (status.state === 'unreachable') throw status.error;
  if (status.state === 'running') {
    const address = readCampaignRedis(campaignDir, role);
    if (address) return notOurs(address);
  }
  if (startPrivate) {
    const program = await findRedisProgram(programs);
    return program ? startPrivateServer(program) : startEmbedded();
  }
  throw new OactError('REDIS_NOT_FOUND', explainMissing(status.state === 'stopped'), {
    hint: 'Start one with oact redis start, or set OACT_REDIS_URL.',
  });
}

function notOurs(address: RedisInUse['address']): RedisInUse {
  return { address, stop: () => Promise.resolve() };
}

function explainMissing(hasStopped: boolean): string {
  return hasStopped ? "this campaign's Redis is not running any more" : 'this campaign has no Redis yet';
}
