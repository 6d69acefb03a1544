import { setTimeout as delay } from 'node:timers/promises';
import { type ConnectionOptions, Worker } from 'bullmq';
import { jobFieldsOf } from '../core/job/job-fields.ts';
import type { Logger } from '../core/logger.ts';
import type { OutageLog } from '../core/redis/outage-log.ts';
import { monotonicMs } from '../core/monotonic-clock.ts';
import { listLanes } from '../core/redis/lane-names.ts';
import {
  maxStalledCount,
  noticeSeconds as usualNoticeSeconds,
  queueNameOf,
  queuePrefix,
  stalledIntervalSeconds,
} from '../core/job/queue-names.ts';
import { type ClockLook, lookAtClock, stepAheadMs } from './redis-clock.ts';

const source = 'stall check';

/**
 * Puts jobs whose lock expired back to the head of the queue, now and every minute. It runs on the login node only;
 * a job is found after its lock's rest and one or two intervals. BullMQ's own timer would not tell when a check that
 * had failed succeeds again, so the calls are made here.
 *
 * Locks that end because Redis's clock was set ahead are not those of vanished consumers: no job is put back until consumers have
 * noticed that their locks are gone, and have stopped ORCA.
 */
export function startStallCheck(
  connection: ConnectionOptions,
  options: {
    campaignId: string;
    lane: string;
    log: Logger;
    outage: OutageLog;
    intervalSeconds?: number;
    /** How long consumers may need to notice that a lock is gone. */
    noticeSeconds?: number;
  },
): {
  /** The check at the start, which never rejects. */
  first: Promise<void>;
  stop(): Promise<void>;
} {
  const { log, outage } = options;
  const intervalMs = (options.intervalSeconds ?? stalledIntervalSeconds) * 1000;
  const workers = new Map<string, Worker>();
  const open = (lane: string): Worker => {
    const known = workers.get(lane);
    if (known) return known;
    const worker = new Worker(queueNameOf(lane), null, {
      connection,
      prefix: queuePrefix(options.campaignId),
      autorun: false,
      maxStalledCount,
      stalledInterval: intervalMs,
    });
    // The connection to the same server that the loop uses is watched; this one comes back by itself.
    worker.on('error', () => undefined);
    workers.set(lane, worker);
    return worker;
  };
  const stopped = new AbortController();
  const { signal } = stopped;
  const noticeMs = (options.noticeSeconds ?? usualNoticeSeconds) * 1000;
  let lastLook: ClockLook | undefined;
  let heldUntilMs = -Infinity;
  const mustWait = async (): Promise<boolean> => {
    const look = await lookAtClock(await open(options.lane).getBackend().client);
    if (look === undefined) return false;
    const step = stepAheadMs(lastLook, look);
    lastLook = look;
    if (step > 0) {
      heldUntilMs = monotonicMs() + noticeMs;
      log.warn(
        { aheadSeconds: Math.round(step / 1000), waitSeconds: noticeMs / 1000 },
        'the clock of Redis was set ahead, so locks may have ended early: their jobs are put back once consumers have noticed',
      );
    }
    return monotonicMs() < heldUntilMs;
  };
  const check = async (): Promise<void> => {
    try {
      const client = await open(options.lane).getBackend().client;
      // Asked again each time: a lane may have got its first job meanwhile.
      const lanes = (await mustWait()) ? [] : await listLanes(client, options.campaignId);
      for (const lane of lanes) {
        const jobIds = await open(lane).getBackend().moveStalledJobsToWait();
        for (const jobId of jobIds)
          log.warn(jobFieldsOf(jobId), 'its consumer was lost: the job waits again');
      }
      outage.answered(source);
    } catch (error) {
      if (!signal.aborted) outage.failed(error, source);
    }
  };
  const first = check();
  const keepChecking = async (): Promise<void> => {
    await first;
    while (!signal.aborted) {
      await delay(intervalMs, undefined, { signal }).catch(() => undefined);
      if (!signal.aborted) await check();
    }
  };
  void keepChecking();
  return {
    first,
    stop: async () => {
      stopped.abort();
      outage.forget(source);
      // Forced: a polite end would wait for a Redis that is away.
      await Promise.all([...workers.values()].map((worker) => worker.close(true)));
    },
  };
}
