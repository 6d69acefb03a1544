import { setTimeout as delay } from 'node:timers/promises';
import Database from 'better-sqlite3';
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
import { blackHole, cutConnections, emptyRedis, fillDisk, killRedis, refuseWrites } from './hurt-redis.ts';
import type { ChaosWorld } from '../chaos-world.ts';

interface Blow {
  name: string;
  /** How often in one round; every round has all of them, so that no kind is ever left out. */
  times: number;
  strike: (world: ChaosWorld) => void | Promise<void>;
  /** It touches Redis or the way to it, or the disk: one at a time. */
  isExclusive?: true;
}

const blows: readonly Blow[] = [
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
  { name: 'SIGKILL Redis', times: 2, strike: killRedis, isExclusive: true },
  { name: 'Redis restarted empty', times: 1, strike: emptyRedis, isExclusive: true },
  { name: 'Redis refuses writes', times: 1, strike: refuseWrites, isExclusive: true },
  { name: 'job removed by hand', times: 1, strike: removeJobByHand, isExclusive: true },
  { name: 'database locked', times: 1, strike: lockDatabase },
  { name: 'network black hole', times: 2, strike: blackHole, isExclusive: true },
  { name: 'connections cut', times: 1, strike: cutConnections, isExclusive: true },
  { name: 'job disk full', times: 1, strike: fillDisk, isExclusive: true },
];

/** The mean time between two blows; a short run strikes faster, so that it has one whole round. */
const usualPauseSeconds = 1.5;

/** Strikes for that long, then waits until the last blow is over. @returns how often each kind was struck */
export async function runKiller(
  world: ChaosWorld,
  seconds: number,
  stop?: AbortSignal,
): Promise<Map<string, number>> {
  const counts = new Map(blows.map(({ name }) => [name, 0]));
  const possible = blows.filter(({ strike }) => strike !== fillDisk || world.disk !== null);
  const round = possible.flatMap((blow) => Array<Blow>(blow.times).fill(blow));
  const pauseMs = 1000 * Math.min(usualPauseSeconds, (0.9 * seconds) / round.length);
  const deadline = Date.now() + seconds * 1000;
  const underWay: Promise<unknown>[] = [];
  let exclusive: Promise<unknown> = Promise.resolve();
  let deck: Blow[] = [];
  const isOver = (): boolean => Date.now() >= deadline || stop?.aborted === true;
  while (!isOver()) {
    if (deck.length === 0) deck = world.random.shuffle(round);
    const blow = deck.pop();
    if (!blow) break;
    await delay(pauseMs * world.random.between(0.5, 1.5));
    counts.set(blow.name, (counts.get(blow.name) ?? 0) + 1);
    // One that has to wait for its turn does not hold up the others.
    const struck = blow.isExclusive ? exclusive.then(() => blow.strike(world)) : blow.strike(world);
    if (blow.isExclusive) exclusive = Promise.resolve(struck);
    underWay.push(Promise.resolve(struck));
  }
  await Promise.all(underWay);
  return counts;
}

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

/** A person takes a job off the queue. The next audit puts it back. */
async function removeJobByHand(world: ChaosWorld): Promise<void> {
  await world.redis.removeOneJob(world.lanePrefix);
}
