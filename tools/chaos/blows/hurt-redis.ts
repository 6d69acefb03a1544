import { setTimeout as delay } from 'node:timers/promises';
import { type ChaosWorld, lockSeconds } from '../chaos-world.ts';

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
  const seconds = world.random.between(0.5, 2);
  if (!world.disk) return;
  await world.disk.fill();
  await delay(seconds * 1000);
  world.disk.free();
}
