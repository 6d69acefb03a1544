import type { BlackHoleProxy } from './black-hole-proxy.ts';
import type { ChaosRedis } from './chaos-redis.ts';
import type { SeededRandom } from './seeded-random.ts';
import type { SmallDisk } from './small-disk.ts';
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
  redis: ChaosRedis;
  proxy: BlackHoleProxy;
  /** null where no small disk could be made. */
  disk: SmallDisk | null;
  wounds: Wounds;
}

/** What was done, as far as the checks need to know. Times are seconds since the machine started. */
export interface Wounds {
  /** Consumers killed without their ORCA, which then runs on as an orphan: pid → when. */
  orphaned: Map<number, number>;
  /** Processes of ORCA that were killed by us: pid of the session → when. */
  shot: Map<number, number>;
  /** Attempts of which a process of ORCA was killed. */
  shotJobs: Set<string>;
  /** Consumers that were stopped in their tracks. */
  paused: { pid: number; from: number; to: number }[];
  /** When Redis came back with nothing. */
  emptiedAt: number[];
}

export function noWounds(): Wounds {
  return { orphaned: new Map(), shot: new Map(), shotJobs: new Set(), paused: [], emptiedAt: [] };
}
