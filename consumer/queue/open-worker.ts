// The connection of a consumer to its lane. oact fetches and renews by itself: BullMQ's own loop never runs.
import { Worker } from 'bullmq';
import { drainDelaySeconds, maxStalledCount, queueNameOf, queuePrefix } from '../../core/job/queue-names.ts';
import { createOutageLog, type OutageLog } from '../../core/redis/outage-log.ts';
import type { ConsumerOptions } from '../consumer-options.ts';

/** @param draining errors are not reported from then on: the drain itself closes a connection */
export function openWorker(
  options: ConsumerOptions,
  draining: AbortSignal,
): { worker: Worker<unknown>; outage: OutageLog; longestFetchSeconds: number } {
  // BullMQ refuses 0.
  const longestFetchSeconds = Math.max(
    0.1,
    Math.min(drainDelaySeconds, options.idleTimeoutSeconds ?? drainDelaySeconds),
  );
  const worker = new Worker<unknown>(queueNameOf(options.lane), null, {
    connection: options.connection,
    prefix: queuePrefix(options.campaignId),
    name: options.setup.node,
    autorun: false,
    skipStalledCheck: true,
    maxStalledCount,
    lockDuration: options.locks.lockSeconds * 1000,
    drainDelay: longestFetchSeconds,
  });
  const outage = createOutageLog(options.log, {
    away: 'Redis does not answer: running jobs continue, results wait on disk',
    back: 'Redis answers again',
  });
  // Without a listener an error would end the process.
  worker.on('error', (error) => {
    if (!draining.aborted) outage.failed(error);
  });
  return { worker, outage, longestFetchSeconds };
}
