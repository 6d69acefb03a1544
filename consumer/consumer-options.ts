import type { KeyObject } from 'node:crypto';
import type { ConnectionOptions } from 'bullmq';
import type { Logger } from '../core/logger.ts';
import type { MpirunCheck } from './fitness/check-mpirun.ts';
import type { NodePacking } from './lanes/plan-packing.ts';
import type { Slot } from './cores/cut-slots.ts';
import type { HoldLimits } from './fitness/decide-fault-round.ts';
import type { JobEnding } from './queue/job-answer.ts';
import type { LockSettings } from './queue/keep-locks.ts';
import type { NodeSetup } from './run/run-job.ts';
import type { Walltime } from '../scheduler/walltime.ts';
import type { WatchLimits } from './progress/watch-progress.ts';

/** What a consumer is given at its start. */
export interface ConsumerOptions {
  campaignId: string;
  jobRoot: string;
  lane: string;
  /** What payloads are verified with, asked for each; undefined: the campaign has no key yet, and none is verified. */
  publicKey?: () => KeyObject | undefined;
  connection: ConnectionOptions;
  slots: Slot[];
  /** With lanes: what of the node they share. `slots` then is one piece of all its cores. */
  packing?: NodePacking | null;
  /** How long a lane is passed over before cores are kept for it; shorter in tests. */
  patienceSeconds?: number;
  setup: NodeSetup;
  /** Why slots are not pinned although they should be, in words; null: they are, or nobody wants it. */
  unpinned?: string | null;
  /** Which cores another consumer of this node uses, too, in words, asked at each announcement; null: none. */
  overlap?: () => string | null;
  walltime: Walltime;
  /** An upper bound for every job's own time limit; null: none. */
  longestJobSeconds: number | null;
  graceSeconds: number;
  /** The consumer ends after this long without a job; null: never. */
  idleTimeoutSeconds: number | null;
  /** The consumer ends when so many jobs have ended; null: no limit. */
  mostJobs?: number | null;
  /** It drains when Redis is down for this long; null, or left out: it continues until a lock is about to expire. */
  giveUpSeconds?: number | null;
  locks: LockSettings;
  /** Times a job may vanish with its node, and faults it may meet, before it is taken for the cause. */
  crashLimit: number;
  /** How long, and how often in a row, this node may be unfit; shorter in tests. */
  holdLimits?: Partial<HoldLimits>;
  /** How mpirun is tried before the first job and after a fault; null: not at all. */
  mpirun?: MpirunCheck | null;
  /** How long ORCA may take to answer a check; shorter in tests. */
  orcaProbeMs?: number;
  /** Wait before a job comes again after its first fault; shorter in tests. */
  faultDelayMs?: number;
  /** Until a job comes again that did not fit; shorter in tests. */
  tooLateDelayMs?: number;
  /** How often it announces itself; shorter in tests. */
  announceMs?: number;
  /** How often it looks at running jobs, and when one stalls; shorter in tests. */
  watchLimits?: Partial<WatchLimits>;
  log: Logger;
  drain: AbortSignal;
  /** No grace any more: what runs is stopped. */
  hurry?: AbortSignal;
  /** Every process here may have been asked to end, ORCA's included. */
  terminated?: AbortSignal;
  /** Nothing is waited for: what runs is killed. */
  force: AbortSignal;
}

/** How it ended. */
export interface ConsumerReport {
  /**
   * `done`: it ran as many jobs as it was to run. `no_redis`: it had nothing to do because Redis gave no job out, or was away for too
   * long; jobs may wait there.
   */
  reason: 'drained' | 'idle' | 'walltime' | 'faulty' | 'no_redis' | 'done';
  endings: Partial<Record<JobEnding, number>>;
  /** What is wrong with this node, or with Redis for `no_redis`, in words; null: nothing. */
  why: string | null;
}
