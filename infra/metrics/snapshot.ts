import type { RedisInfo } from '../../core/redis/check-redis.ts';
import type { QueueCounts } from '../redis/count-queue.ts';
import type { EndingCount } from '../../workflow/reports/count-endings.ts';
import type { StatusCounts } from '../../workflow/reports/count-by-status.ts';

/** A campaign at one moment, in figures. */
export interface Snapshot {
  campaignId: string;
  lane: string;
  takenAt: Date;
  /** null: the database cannot be read. */
  database: {
    records: StatusCounts;
    openAttempts: number;
    /** Since the campaign began. */
    endings: EndingCount[];
    /** ISO 8601 UTC; null: nothing has come to an end yet. */
    lastEndingAt: string | null;
  } | null;
  /** null: Redis does not answer. */
  queue: {
    /** Of all lanes together. */
    jobs: QueueCounts;
    lanes: (QueueCounts & { lane: string })[];
    /** When the job finished that has waited for the reconciler for longest, ms since the epoch; null: none waits. */
    oldestFinishedMs: number | null;
    /** Consumers by what they say of themselves. */
    consumers: { running: number; draining: number; ended: number; silent: number };
    /** Of consumers that are there. */
    slots: number;
    busySlots: number;
    stalledJobs: number;
    redis: RedisInfo;
  } | null;
}
