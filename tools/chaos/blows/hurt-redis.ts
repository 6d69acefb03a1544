import { setTimeout as delay } from 'node:timers/promises';
import { type ChaosWorld, lockSeconds } from '../chaos-world.ts';
import type { SmallDisk } from './small-disk.ts';

/** Comes back with all it knew. */
export async function killRedis(world: ChaosWorld): Promise<void> {
  const seconds = world.random.between(0.2, 3);
  await world.redis.kill();
  await delay(seconds * 1000);
  await world.redis.start();
}

/** Comes back with nothing. */
export async function emptyRedis(world: ChaosWorld): Promise<void> {
  await world.redis.kill();
  await delay(500);
  await world.redis.start({ empty: true });
}

/** It answers, and refuses every write, as one does that has lost its replicas or its disk. */
export async function refuseWrites(world: ChaosWorld): Promise<void> {
  await world.redis.refuseWrites(true);
  await delay(world.random.between(0.5, 3) * 1000);
  await world.redis.refuseWrites(false);
}

/** It is full: it answers, gives nothing out and takes nothing in. */
export async function fillRedis(world: ChaosWorld): Promise<void> {
  await world.redis.limitMemory(true);
  await delay(world.random.between(0.5, 4) * 1000);
  await world.redis.limitMemory(false);
}

/** It could not write a snapshot (MISCONF), and refuses every write until it can. */
export async function failSnapshot(world: ChaosWorld): Promise<void> {
  await world.redis.failSnapshots(true);
  await delay(world.random.between(0.5, 4) * 1000);
  await world.redis.failSnapshots(false);
}

/** The nodes hear nothing for a while: half of the times longer than they may let ORCA run on. */
export async function blackHole(world: ChaosWorld): Promise<void> {
  const seconds = world.random.between(1, 1.5 * lockSeconds);
  world.proxy.swallow();
  await delay(seconds * 1000);
  if (world.random.between(0, 1) < 0.5) world.proxy.heal();
  else world.proxy.reset();
}

export function cutConnections(world: ChaosWorld): void {
  world.proxy.reset();
}

export async function fillDisk(world: ChaosWorld): Promise<void> {
  await fill(world.disk, world.random.between(0.5, 2));
}

/** The logs of all commands lie there, and nothing else. */
export async function fillLogDisk(world: ChaosWorld): Promise<void> {
  await fill(world.logDisk, world.random.between(1, 5));
}

async function fill(disk: SmallDisk | null, seconds: number): Promise<void> {
  if (!disk) return;
  await disk.fill();
  await delay(seconds * 1000);
  disk.free();
}
