import Database from 'better-sqlite3';
import { setTimeout as delay } from 'node:timers/promises';
import type { ChaosWorld } from '../chaos-world.ts';

/** Another tool writes for a while, and nobody else may. */
export async function lockDatabase(world: ChaosWorld): Promise<void> {
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
export async function removeJobByHand(world: ChaosWorld): Promise<void> {
  await world.redis.removeOneJob(world.lanePrefix);
}
