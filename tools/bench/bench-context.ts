import type { RedisInUse } from '../../infra/redis/redis-in-use.ts';
import type { Measurement } from './figure.ts';

/** What every benchmark gets. */
export interface BenchContext {
  /** A server of this run alone: a benchmark may empty it. */
  redis: RedisInUse;
  /** An empty directory, removed after the run. */
  dir: string;
  /** Small sizes, which show that the benchmarks work; their figures mean nothing. */
  isQuick: boolean;
}

export interface Benchmark {
  name: string;
  measure: (context: BenchContext) => Promise<Measurement>;
}
