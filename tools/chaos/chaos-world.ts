import type { BlackHoleProxy } from './blows/black-hole-proxy.ts';
import type { ChaosRedis } from './chaos-redis.ts';
import type { SeededRandom } from './blows/seeded-random.ts';
import type { SmallDisk } from './blows/small-disk.ts';
import type { SupervisedOact } from './supervise-oact.ts';

/** Short enough to be lost within a run; the proportions are those of production. */
export const lockSeconds = 6;
export const renewSeconds = 1;
export const stalledIntervalSeconds = 2;

/** What there is to be hurt. */
export interface ChaosWorld {
  dir: string;
  random: SeededRandom;
  consumers: SupervisedOact[];
  serve: SupervisedOact;
  /** A second one, beside serve. */
  reconciler: SupervisedOact;
  redis: ChaosRedis;
  proxy: BlackHoleProxy;
  /** null where no small disk could be made. */
  disk: SmallDisk | null;
  databasePath: string;
  /** Of all keys of the queue, with its colon. */
  lanePrefix: string;
  /** Attempts of which we killed a process of ORCA: they may have failed of it. */
  shotJobs: Set<string>;
}
