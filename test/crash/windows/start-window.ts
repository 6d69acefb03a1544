import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { expect, onTestFinished, vi } from 'vitest';
import { type BenchCampaign, makeCampaign } from '../../../tools/bench/campaign/make-campaign.ts';
import { type ChaosRedis, startChaosRedis } from '../../../tools/chaos/chaos-redis.ts';
import { type LoggedRun, parseRunLog } from '../../../tools/chaos/judging/parse-run-log.ts';
import { readTable, type TableRow } from '../../../tools/chaos/judging/read-table.ts';
import { defaultLane, queuePrefix } from '../../../core/job/queue-names.ts';
import { findRedisProgram } from '../../../infra/redis/find-redis-program.ts';
import { programPath } from '../../consumer/programs.ts';
import { makeCampaignDir } from '../../support/campaign-dir.ts';
import { type RunningOact, startOact } from '../../support/run-oact.ts';
import { startTcpProxy, type TcpProxy } from '../../support/tcp-proxy.ts';
import { killAll, stop, succeeds } from '../signal-oact.ts';

/** Of the consumers that die: short enough to wait for. */
const lockSeconds = 4;

/** How a process gets to Redis, and what else it finds in its environment. */
export interface Way {
  proxy?: TcpProxy;
  env?: Record<string, string>;
}

/** A campaign of a few records, and real processes of oact to kill. Records with an even id fail. */
export interface Window {
  dir: string;
  campaign: BenchCampaign;
  /** Starts a command of oact on this campaign. */
  start(args: string[], way?: Way): RunningOact;
  /** Starts a consumer of one slot; flags may say something else. */
  consume(way?: Way, flags?: string[]): RunningOact;
  /** Puts records on the queue; without flags, all of them. */
  enqueue(flags?: string[]): Promise<void>;
  openProxy(): Promise<TcpProxy>;
  /** The test's own connection. */
  client: Redis;
  /** A key of the queue. */
  key(name: string): string;
  rows(): TableRow[];
  /** Starts of ORCA so far. */
  runs(): LoggedRun[];
  /** Waits until ORCA has been started that often for a job. @returns the last start */
  started(jobId: string, times: number): Promise<LoggedRun>;
  /** From now on every ORCA ends, or that of this run directory. */
  letOrcaEnd(runDir?: string): void;
  /** Starts everything again, as a person would, and stops it when every record has its outcome. ORCA ends, unless told otherwise. */
  finish(options?: { orcaEnds: boolean }): Promise<void>;
}

/** A Redis that has every command on disk before it answers. */
export async function startWindowRedis(): Promise<{
  redis: ChaosRedis;
  /** Where it keeps them. */
  dataDir: string;
  remove: () => Promise<void>;
}> {
  const home = makeCampaignDir();
  mkdirSync(join(home.dir, 'logs'));
  const redis = await startChaosRedis((await findRedisProgram())?.path ?? '', home.dir);
  const remove = async (): Promise<void> => {
    await redis.stop();
    home.remove();
  };
  return { redis, dataDir: join(home.dir, 'redis'), remove };
}

/** Of processes on another node of the campaign: what was left running on one is not seen from another. */
export function nodeEnvironment(dir: string, name: string): Record<string, string> {
  const TMPDIR = join(dir, name);
  mkdirSync(TMPDIR, { recursive: true });
  return { TMPDIR, SLURMD_NODENAME: name };
}

/** Makes a campaign; all that it starts ends with the test, or when `atEnd` says so. */
export async function openWindow(
  redis: ChaosRedis,
  records: number,
  atEnd: (cleanUp: () => Promise<void>) => void = onTestFinished,
): Promise<Window> {
  const home = makeCampaignDir();
  const { dir } = home;
  const campaign = await makeCampaign(dir, records);
  const client = new Redis(redis.port);
  client.on('error', () => undefined);
  const runLog = join(dir, 'runs.log');
  const node = nodeEnvironment(dir, 'n1');
  writeFileSync(runLog, '');
  atEnd(async () => {
    client.disconnect();
    await killAll(dir);
    home.remove();
  });

  const start: Window['start'] = ([command = '', ...args], { proxy, env } = {}) =>
    startOact([command, '-C', campaign.dir, ...args], {
      env: {
        OACT_REDIS_URL: `redis://127.0.0.1:${proxy?.port ?? redis.port}`,
        OACT_ORCA_PATH: programPath('orca-window'),
        CHAOS_DIR: dir,
        // Each record's outcome is planned, and counted once.
        OACT_RETRY_ENABLED: 'false',
        ...node,
        ...env,
      },
    });
  const consume: Window['consume'] = (way, flags = []) => {
    const slots = ['--slots', '1', '--cores-per-slot', '1', '--grace', '0'];
    const locks = ['--lock-seconds', String(lockSeconds), '--renew-seconds', '0.5'];
    return start(['consume', ...slots, ...locks, ...flags], way);
  };
  const rows = (): TableRow[] => readTable(campaign.databasePath);
  const runs = (): LoggedRun[] => parseRunLog(readFileSync(runLog, 'utf8'));
  const countUnsettled = (): number =>
    rows().filter(({ status }) => ['to_run', 'running'].includes(status)).length;
  const letOrcaEnd = (runDir = dir): void => writeFileSync(join(runDir, 'go'), '');
  return {
    dir,
    campaign,
    start,
    consume,
    enqueue: async (flags = []) => void (await succeeds(start(['enqueue', '--order', 'id', ...flags]))),
    openProxy: async () => {
      const proxy = await startTcpProxy({ target: { host: '127.0.0.1', port: redis.port } });
      atEnd(() => proxy.stop());
      return proxy;
    },
    client,
    key: (name) => `${queuePrefix(campaign.campaignId)}:${defaultLane}:${name}`,
    rows,
    runs,
    started: (jobId, times) =>
      vi.waitFor(
        () => {
          const run = runs().filter((one) => one.jobId === jobId)[times - 1];
          if (!run) throw new Error(`no start ${times} of ${jobId}`);
          return run;
        },
        { timeout: 30_000 },
      ),
    letOrcaEnd,
    finish: async ({ orcaEnds } = { orcaEnds: true }) => {
      if (orcaEnds) letOrcaEnd();
      const pace = ['--stalled-interval', '0.5', '--notice-seconds', '0.5'];
      const serve = start(['serve', '--high-water', '10', ...pace]);
      const consumer = consume({}, ['--slots', '2', '--oversubscribe']);
      await expect.poll(countUnsettled, { timeout: 60_000, interval: 100 }).toBe(0);
      // Before, a signal would end it as any other process.
      await expect.poll(() => consumer.output().stderr, { timeout: 10_000 }).toContain('consumer started');
      expect(await stop(consumer)).toBe(75);
      expect(await stop(serve)).toBe(0);
    },
  };
}

/** Lets the time of a dead consumer's lock be over now. */
export async function expireLock(window: Window, jobId: string): Promise<void> {
  expect(await window.client.pexpire(window.key(`${jobId}:lock`), 1)).toBe(1);
}
