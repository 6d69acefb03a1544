import { appendFileSync, cpSync, mkdirSync, rmSync } from 'node:fs';
import { basename, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { type BenchCampaign, makeCampaign } from '../bench/campaign/make-campaign.ts';
import { defaultLane, queueNameOf, queuePrefix } from '../../core/job/queue-names.ts';
import { startBlackHoleProxy } from './blows/black-hole-proxy.ts';
import { createSeededRandom } from './blows/seeded-random.ts';
import { mountSmallDisk, type SmallDisk } from './blows/small-disk.ts';
import { canStepProcessClocks, type FakedClock, makeProcessClock } from './blows/process-clock.ts';
import { makeRedisClock } from './blows/redis-clock.ts';
import { startChaosRedis } from './chaos-redis.ts';
import {
  type ChaosWorld,
  lockSeconds,
  renewSeconds,
  stalledIntervalSeconds,
  tmpDirOf,
} from './chaos-world.ts';
import { buildPreviousRelease } from './previous-release.ts';
import { startCluster } from './start-cluster.ts';
import { superviseOact, type SupervisedOact } from './supervise-oact.ts';
import { writeChaosOrca } from './write-chaos-orca.ts';

const nodeCount = 4;
/** Beside a cluster: the rest of the work is for allocations. */
const nodesBesideCluster = 2;
/** For a consumer that finds nothing to do, on a busy machine. */
const sweepMs = 60_000;
const slotsPerNode = 4;
const slotsPerClusterNode = 2;
/** A few times the slots, so that serve has to refill all the time. */
const highWater = 60;
const timeLimitSeconds = 8;
/** Half of the example's structures in each; the wide one needs two cores. */
const lanes = '{narrow: {cores: 1, maxAtoms: 5}, wide: {cores: 2, minAtoms: 6}}';
/** Only a poison job comes near it; here every job may be hit by any number of blows. */
const crashLimit = 1000;

/** Room for the jobs beside 32 MB that are left over. */
const spareMb = 32;
const megabytesPerJob = 0.1;
/** Of logs, for each job, with all that is said of blows. */
const logMegabytesPerJob = 0.05;

/** As long as the longest time for which a consumer may not notice that Redis came back empty. */
const notice = ['--notice-seconds', String(lockSeconds)];

/** Each record's outcome is planned, and counted once. */
const noRetry = ['--no-retry'];

/** A campaign of that many jobs with everything that runs it. */
export async function startWorld(
  dir: string,
  options: { jobs: number; seed: number; redisProgram: string; allocations: boolean; lanes: boolean },
): Promise<{ world: ChaosWorld; campaign: BenchCampaign; stop: () => Promise<void> }> {
  const oldRoot = buildPreviousRelease();
  mkdirSync(tmpDirOf(dir));
  const campaign = await makeCampaign(dir, options.jobs);
  if (options.lanes) appendFileSync(join(campaign.dir, 'oact.yaml'), `\nlanes: ${lanes}\n`);
  const slots = options.lanes ? null : slotsPerNode;
  const redisClock = makeRedisClock(join(dir, 'clocks', 'redis'));
  const redis = await startChaosRedis(options.redisProgram, dir, redisClock?.env);
  const proxy = await startBlackHoleProxy(redis.port);
  const disk = mountSmallDisk(campaign.jobRoot, spareMb + options.jobs * megabytesPerJob);
  const logDisk = mountSmallDisk(join(dir, 'logs'), spareMb + options.jobs * logMegabytesPerJob);
  const orcaPath = writeChaosOrca(dir);
  const cluster = options.allocations
    ? await startCluster(dir, campaign.dir, workFlags(orcaPath, slotsPerClusterNode))
    : null;
  const clocks: FakedClock[] = [];
  const redisUrl = `redis://127.0.0.1:${redis.port}`;
  const clockOf = (name: string): Record<string, string> => {
    if (!canStepProcessClocks) return {};
    const clock = makeProcessClock(join(dir, 'clocks', name), 1);
    clocks.push(clock);
    return clock.env;
  };
  const nodeEnv = (index: number): Record<string, string> => ({
    OACT_REDIS_URL: `redis://127.0.0.1:${proxy.port}`,
    TMPDIR: tmpDirOf(dir),
    // A real scheduler knows nothing of these allocations.
    ...(cluster ? {} : { SLURM_JOB_ID: String(4000 + index), SLURMD_NODENAME: `n${index}` }),
  });
  const startConsumer = (
    index: number,
    more: string[] = [],
    env: Record<string, string> = {},
  ): SupervisedOact =>
    superviseOact(`n${index}`, [...consumeArgs(campaign, orcaPath, slots), ...more], {
      dir,
      env: { ...nodeEnv(index), ...env },
    });
  const startOldConsumer =
    oldRoot === null || options.lanes
      ? null
      : (name: string): SupervisedOact =>
          superviseOact(name, consumeArgs(campaign, orcaPath, 1), {
            dir,
            env: nodeEnv(nodeCount + 2),
            root: oldRoot,
            node: 'old',
            runsOnce: true,
          });
  const startHerdMember = (name: string): SupervisedOact =>
    superviseOact(name, [...consumeArgs(campaign, orcaPath, 1), '--idle-timeout', '3'], {
      dir,
      env: nodeEnv(nodeCount + 3),
      node: 'herd',
      runsOnce: true,
    });
  const loginEnv = {
    OACT_REDIS_URL: redisUrl,
    ...(cluster ? { TMPDIR: tmpDirOf(dir), ...cluster.env } : {}),
  };
  const serve = superviseOact('serve', serveArgs(campaign), {
    dir,
    env: { ...loginEnv, ...clockOf('serve') },
  });
  const reconciler = superviseOact('reconciler', ['reconcile', '-C', campaign.dir, ...notice, ...noRetry], {
    dir,
    env: { ...loginEnv, ...clockOf('reconciler') },
  });
  const consumers = Array.from({ length: cluster ? nodesBesideCluster : nodeCount }, (_, index) =>
    startConsumer(index + 1, [], clockOf(`n${index + 1}`)),
  );
  let lastNumber = 0;
  const world: ChaosWorld = {
    dir,
    campaignDir: campaign.dir,
    redisUrl,
    loginEnv,
    cluster,
    random: createSeededRandom(options.seed),
    consumers,
    startOldConsumer,
    startHerdMember,
    herd: [],
    old: [],
    serve,
    reconciler,
    redis,
    proxy,
    disk,
    logDisk,
    clocks,
    redisClock,
    databasePath: campaign.databasePath,
    lanePrefix: `${queuePrefix(campaign.campaignId)}:${queueNameOf(options.lanes ? 'narrow' : defaultLane)}:`,
    shotJobs: new Set(),
    waves: [],
    acceptedCopies: [],
    nextNumber: () => (lastNumber += 1),
  };
  const stop = async (): Promise<void> => {
    await Promise.all([serve, reconciler, ...consumers].map((command) => command.retire()));
    await cluster?.stop();
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
  unmount(world.disk, campaign.jobRoot, keeps);
  unmount(world.logDisk, join(world.dir, 'logs'), keeps);
  if (!keeps) rmSync(world.dir, { recursive: true, force: true, maxRetries: 5 });
}

function unmount(disk: SmallDisk | null, path: string, keeps: boolean): void {
  if (!disk) return;
  const copy = join(path, '..', `.${basename(path)}`);
  if (keeps) cpSync(path, copy, { recursive: true, verbatimSymlinks: true });
  disk.unmount();
  if (keeps) cpSync(copy, path, { recursive: true, verbatimSymlinks: true });
  rmSync(copy, { recursive: true, force: true });
}

function consumeArgs(campaign: BenchCampaign, orcaPath: string, slotCount: number | null): string[] {
  return ['consume', '-C', campaign.dir, ...workFlags(orcaPath, slotCount)];
}

/** @param slotCount null: lanes share what cores there are */
function workFlags(orcaPath: string, slotCount: number | null): string[] {
  const slots =
    slotCount === null ? [] : ['--slots', String(slotCount), '--cores-per-slot', '1', '--oversubscribe'];
  const locks = ['--lock-seconds', String(lockSeconds), '--renew-seconds', String(renewSeconds)];
  return [...slots, ...locks, '--orca-path', orcaPath, '--grace', '1s', '--crash-limit', String(crashLimit)];
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
