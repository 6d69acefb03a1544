import { join } from 'node:path';
import type { BlackHoleProxy } from './blows/black-hole-proxy.ts';
import type { ChaosRedis } from './chaos-redis.ts';
import type { SeededRandom } from './blows/seeded-random.ts';
import type { SmallDisk } from './blows/small-disk.ts';
import type { FakedClock } from './blows/process-clock.ts';
import type { ChaosCluster } from './start-cluster.ts';
import type { SupervisedOact } from './supervise-oact.ts';

/** Short enough to be lost within a run; the proportions are those of production. */
export const lockSeconds = 6;
export const renewSeconds = 1;
export const stalledIntervalSeconds = 2;

/** Where every ORCA gets a private TMPDIR. */
export const tmpDirOf = (dir: string): string => join(dir, 'tmp');

/** What there is to be hurt. */
export interface ChaosWorld {
  dir: string;
  campaignDir: string;
  /** Of Redis itself, as the login node reaches it. */
  redisUrl: string;
  /** Of commands on the login node. */
  loginEnv: Record<string, string>;
  random: SeededRandom;
  consumers: SupervisedOact[];
  /** A consumer of the release before, started once; null where that cannot be built. */
  startOldConsumer: ((name: string) => SupervisedOact) | null;
  /** A consumer that shares its node with others, and is not started again. */
  startHerdMember: (name: string) => SupervisedOact;
  /** Consumers of herds and of the release before, ended. */
  herd: SupervisedOact[];
  old: SupervisedOact[];
  serve: SupervisedOact;
  /** A second one, beside serve. */
  reconciler: SupervisedOact;
  redis: ChaosRedis;
  proxy: BlackHoleProxy;
  /** null where no small disk could be made. */
  disk: SmallDisk | null;
  /** Of the logs; null as above. */
  logDisk: SmallDisk | null;
  /** Of processes; empty where libfaketime is missing. */
  clocks: FakedClock[];
  /** null without a C compiler. */
  redisClock: FakedClock | null;
  databasePath: string;
  /** Of all keys of the queue, with its colon. */
  lanePrefix: string;
  /** Attempts of which we killed a process of ORCA: they may have failed of it. */
  shotJobs: Set<string>;
  /** The cluster to which serve submits by itself; null: it does not. */
  cluster: ChaosCluster | null;
  /** Numbers of the imports that were begun. */
  waves: number[];
  /** Commands that worked in a copy of the campaign. */
  acceptedCopies: string[];
  /** One that was not given before in this run. */
  nextNumber: () => number;
}
