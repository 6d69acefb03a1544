/** What strikes, and how often. */
import { setTimeout as delay } from 'node:timers/promises';
import Database from 'better-sqlite3';
import type { ChaosWorld } from '../chaos-world.ts';
import { copyCampaign } from './copy-campaign.ts';
import { holdScratch } from './hold-scratch.ts';
import {
  cancelAllocation,
  closePartition,
  killOnAllocation,
  killSubmit,
  needsCluster,
  resumeAllocations,
  stopController,
} from './hurt-allocations.ts';
import {
  forceConsumer,
  killConsumer,
  killGuard,
  killNode,
  killOrca,
  killRank,
  pauseBeyondLock,
  pauseBriefly,
  terminateConsumer,
} from './hurt-processes.ts';
import {
  blackHole,
  cutConnections,
  emptyRedis,
  failSnapshot,
  fillDisk,
  fillLogDisk,
  fillRedis,
  killRedis,
  refuseWrites,
} from './hurt-redis.ts';
import { killCommand, killImport } from './kill-commands.ts';
import { startHerd, startOldConsumer } from './start-herd.ts';
import { canStepProcessClocks } from './process-clock.ts';
import { stepClock, stepRedisClock } from './step-clocks.ts';

export interface Blow {
  name: string;
  /** How often in one round; every round has all of them, so that no kind is ever left out. */
  times: number;
  strike: (world: ChaosWorld) => void | Promise<void>;
  /** What may not happen at the same time: Redis, the way to it and the disks; commands that take a core each; the scheduler. */
  exclusive?: 'storage' | 'command' | 'cluster';
  /** Why it cannot be struck here; undefined: it can. */
  lacks?: (world: ChaosWorld) => string | undefined;
}

const needsDisk = (world: ChaosWorld): string | undefined =>
  world.disk === null || world.logDisk === null ? 'needs the right to mount a tmpfs' : undefined;

export const blows: readonly Blow[] = [
  { name: 'SIGKILL consumer', times: 3, strike: killConsumer },
  { name: 'SIGKILL guard', times: 1, strike: killGuard },
  { name: 'SIGKILL node with its ORCA', times: 2, strike: killNode },
  { name: 'SIGSTOP consumer beyond its lock', times: 2, strike: pauseBeyondLock },
  { name: 'SIGSTOP consumer for a moment', times: 2, strike: pauseBriefly },
  { name: 'SIGTERM consumer', times: 3, strike: terminateConsumer },
  { name: 'SIGTERM consumer twice', times: 1, strike: forceConsumer },
  { name: 'SIGKILL ORCA', times: 2, strike: killOrca },
  { name: 'SIGKILL rank', times: 2, strike: killRank },
  { name: 'SIGKILL serve', times: 3, strike: (world) => void world.serve.signal('SIGKILL') },
  { name: 'SIGKILL second reconciler', times: 2, strike: (world) => void world.reconciler.signal('SIGKILL') },
  { name: 'SIGTERM serve', times: 1, strike: (world) => void world.serve.signal('SIGTERM') },
  {
    name: 'clock of a process stepped',
    times: 3,
    strike: stepClock,
    lacks: () => (canStepProcessClocks ? undefined : 'needs libfaketime (Debian: faketime)'),
  },
  {
    name: 'clock of Redis set ahead',
    times: 1,
    strike: stepRedisClock,
    exclusive: 'storage',
    lacks: (world) => (world.redisClock === null ? 'needs a C compiler' : undefined),
  },
  { name: 'SIGKILL Redis', times: 2, strike: killRedis, exclusive: 'storage' },
  { name: 'Redis restarted empty', times: 1, strike: emptyRedis, exclusive: 'storage' },
  { name: 'Redis refuses writes', times: 1, strike: refuseWrites, exclusive: 'storage' },
  { name: 'Redis at maxmemory', times: 1, strike: fillRedis, exclusive: 'storage' },
  { name: 'Redis MISCONF', times: 1, strike: failSnapshot, exclusive: 'storage' },
  { name: 'job removed by hand', times: 1, strike: removeJobByHand, exclusive: 'storage' },
  { name: 'database locked', times: 1, strike: lockDatabase },
  { name: 'network black hole', times: 2, strike: blackHole, exclusive: 'storage' },
  { name: 'connections cut', times: 1, strike: cutConnections, exclusive: 'storage' },
  { name: 'job disk full', times: 1, strike: fillDisk, exclusive: 'storage', lacks: needsDisk },
  { name: 'log disk full', times: 1, strike: fillLogDisk, exclusive: 'storage', lacks: needsDisk },
  { name: 'scratch held', times: 2, strike: holdScratch, lacks: needsDisk },
  { name: 'herd of consumers', times: 1, strike: startHerd, exclusive: 'command' },
  {
    name: 'consumer of the previous release',
    times: 1,
    strike: startOldConsumer,
    exclusive: 'command',
    lacks: (world) => (world.startOldConsumer === null ? 'needs the history of the repository' : undefined),
  },
  { name: 'SIGKILL recover', times: 1, strike: killCommand('recover'), exclusive: 'command' },
  {
    name: 'SIGKILL update',
    times: 1,
    strike: killCommand('update', '--from-disk', '--yes', '--no-retry'),
    exclusive: 'command',
  },
  { name: 'SIGKILL clean', times: 1, strike: killCommand('clean', '--yes'), exclusive: 'command' },
  {
    name: 'SIGKILL export',
    times: 1,
    strike: killCommand('export', '--status', 'all', '--output', 'all.csv', '--yes'),
    exclusive: 'command',
  },
  { name: 'SIGKILL import', times: 1, strike: killImport, exclusive: 'command' },
  { name: 'campaign copied', times: 1, strike: copyCampaign, exclusive: 'command' },
  { name: 'SIGKILL on an allocation', times: 3, strike: killOnAllocation, lacks: needsCluster },
  { name: 'allocation cancelled by hand', times: 2, strike: cancelAllocation, lacks: needsCluster },
  { name: 'partition down', times: 1, strike: closePartition, exclusive: 'cluster', lacks: needsCluster },
  { name: 'scheduler deaf', times: 1, strike: stopController, exclusive: 'cluster', lacks: needsCluster },
  { name: 'SIGKILL alloc submit', times: 1, strike: killSubmit, exclusive: 'command', lacks: needsCluster },
  {
    name: 'allocations paused and resumed',
    times: 2,
    strike: resumeAllocations,
    exclusive: 'command',
    lacks: needsCluster,
  },
];

/** Another tool writes for a while, and nobody else may. */
async function lockDatabase(world: ChaosWorld): Promise<void> {
  const db = new Database(world.databasePath, { timeout: 15_000 });
  try {
    db.exec('begin immediate');
    await delay(world.random.between(0.5, 4) * 1000);
    db.exec('rollback');
  } finally {
    db.close();
  }
}

/** A user takes a job off the queue. The next audit puts it back. */
async function removeJobByHand(world: ChaosWorld): Promise<void> {
  await world.redis.removeOneJob(world.lanePrefix);
}
