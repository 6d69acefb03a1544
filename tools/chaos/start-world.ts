import { cpSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { type BenchCampaign, makeCampaign } from '../bench/campaign/make-campaign.ts';
import { defaultLane, queueNameOf, queuePrefix } from '../../core/job/queue-names.ts';
import { startBlackHoleProxy } from './blows/black-hole-proxy.ts';
import { startChaosRedis } from './chaos-redis.ts';
import { type ChaosWorld, lockSeconds, renewSeconds, stalledIntervalSeconds } from './chaos-world.ts';
import { createSeededRandom } from './blows/seeded-random.ts';
import { mountSmallDisk } from './blows/small-disk.ts';
import { superviseOact, type SupervisedOact } from './supervise-oact.ts';
import { writeChaosOrca } from './write-chaos-orca.ts';

/** Where every ORCA gets a private TMPDIR. */
export const tmpDirOf = (dir: string): string => join(dir, 'tmp');

const nodeCount = 4;
/** For a consumer that finds nothing to do, on a busy machine. */
const sweepMs = 60_000;
const slotsPerNode = 4;
/** A few times the slots, so that serve has to refill all the time. */
const highWater = 60;
const timeLimitSeconds = 8;
/** Only a poison job comes near it; here every job may be hit by any number of blows. */
const crashLimit = 1000;

/** As long as the longest time for which a consumer may not notice that Redis came back empty. */
const notice = ['--notice-seconds', String(lockSeconds)];

/** Each record's outcome is planned, and counted once. */
const noRetry = ['--no-retry'];

/** A campaign of that many jobs with everything that runs it. */
export async function startWorld(
  dir: string,
  options: { jobs: number; seed: number; redisProgram: string },
): Promise<{ world: ChaosWorld; campaign: BenchCampaign; stop: () => Promise<void> }> {
  mkdirSync(join(dir, 'logs'));
  mkdirSync(tmpDirOf(dir));
  const campaign = await makeCampaign(dir, options.jobs);
  const redis = await startChaosRedis(options.redisProgram, dir);
  const proxy = await startBlackHoleProxy(redis.port);
  const disk = mountSmallDisk(campaign.jobRoot, options.jobs);
  const orcaPath = writeChaosOrca(dir);
  const startConsumer = (index: number, more: string[] = []): SupervisedOact =>
    superviseOact(`n${index}`, [...consumeArgs(campaign, orcaPath), ...more], {
      dir,
      env: {
        OACT_REDIS_URL: `redis://127.0.0.1:${proxy.port}`,
        TMPDIR: tmpDirOf(dir),
        SLURM_JOB_ID: String(4000 + index),
        SLURMD_NODENAME: `n${index}`,
      },
    });
  const serve = superviseOact('serve', serveArgs(campaign), {
    dir,
    env: { OACT_REDIS_URL: `redis://127.0.0.1:${redis.port}` },
  });
  const reconciler = superviseOact('reconciler', ['reconcile', '-C', campaign.dir, ...notice, ...noRetry], {
    dir,
    env: { OACT_REDIS_URL: `redis://127.0.0.1:${redis.port}` },
  });
  const consumers = Array.from({ length: nodeCount }, (_, index) => startConsumer(index + 1));
  const random = createSeededRandom(options.seed);
  const { databasePath } = campaign;
  const lanePrefix = `${queuePrefix(campaign.campaignId)}:${queueNameOf(defaultLane)}:`;
  const things = { redis, proxy, disk, databasePath, lanePrefix };
  const world = { dir, random, consumers, serve, reconciler, ...things, shotJobs: new Set<string>() };
  const stop = async (): Promise<void> => {
    await Promise.all([serve, reconciler, ...consumers].map((command) => command.retire()));
    // The next allocation on that node: it finds nothing to do, but what the dead have left.
    const sweeper = startConsumer(nodeCount + 1, ['--idle-timeout', '1']);
    const deadline = Date.now() + sweepMs;
    while (sweeper.exits.size === 0 && Date.now() < deadline) await delay(200);
    await sweeper.retire();
    await proxy.stop();
    await redis.stop();
  };
  return { world, campaign, stop };
}

/** Deletes everything of a run, or keeps logs, database and job directories for a look at what went wrong. */
export function leaveWorld(world: ChaosWorld, campaign: BenchCampaign, keeps: boolean): void {
  if (world.disk) {
    const copy = `${campaign.jobRoot}-copy`;
    if (keeps) cpSync(campaign.jobRoot, copy, { recursive: true, verbatimSymlinks: true });
    world.disk.unmount();
    if (keeps) renameSync(copy, campaign.jobRoot);
  }
  if (!keeps) rmSync(world.dir, { recursive: true, force: true, maxRetries: 5 });
}

function consumeArgs(campaign: BenchCampaign, orcaPath: string): string[] {
  const slots = ['--slots', String(slotsPerNode), '--cores-per-slot', '1', '--oversubscribe'];
  const locks = ['--lock-seconds', String(lockSeconds), '--renew-seconds', String(renewSeconds)];
  const rest = ['--orca-path', orcaPath, '--grace', '1s', '--crash-limit', String(crashLimit)];
  return ['consume', '-C', campaign.dir, ...slots, ...locks, ...rest];
}

function serveArgs(campaign: BenchCampaign): string[] {
  const queue = [
    '--high-water',
    String(highWater),
    '--stalled-interval',
    String(stalledIntervalSeconds),
    ...noRetry,
  ];
  return ['serve', '-C', campaign.dir, ...queue, ...notice, '--job-timeout', String(timeLimitSeconds)];
}
