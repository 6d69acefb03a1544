import { readCampaignRedis, type RedisRole } from '../../core/redis/campaign-redis.ts';
import { OactError } from '../../core/errors.ts';
import { readExternalRedis } from '../../core/redis/external-redis.ts';
import type { RedisInUse } from './redis-in-use.ts';
import { readServerStatus } from './server-status.ts';

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
  if (startPrivate) return startOne(programs);
  throw new OactError('REDIS_NOT_FOUND', explainMissing(status.state === 'stopped'), {
    hint: 'Start one with oact redis start, or set OACT_REDIS_URL.',
  });
}

/** Loaded when it is needed: a command that only looks would wait a tenth of a second for it. */
async function startOne(programs: readonly string[] | undefined): Promise<RedisInUse> {
  const { findRedisProgram } = await import('./find-redis-program.ts');
  const program = await findRedisProgram(programs);
  if (program) return (await import('./start-private-server.ts')).startPrivateServer(program);
  return (await import('./start-embedded.ts')).startEmbedded();
}

function notOurs(address: RedisInUse['address']): RedisInUse {
  return { address, stop: () => Promise.resolve() };
}

function explainMissing(hasStopped: boolean): string {
  return hasStopped ? "this campaign's Redis no longer runs" : 'this campaign has no Redis yet';
}
