// The connection of a consumer to its lane. oact fetches and renews by itself: BullMQ's own loop never runs.
import { Worker } from 'bullmq';
import { drainDelaySeconds, maxStalledCount, queueNameOf, queuePrefix } from '../../core/job/queue-names.ts';
import { createOutageLog, type OutageLog } from '../../core/redis/outage-log.ts';
import type { ConsumerOptions } from '../consumer-options.ts';

/**
 * @param lanes all that this consumer serves
 * @param draining errors are not reported from then on: the drain itself closes a connection
 */
export function openWorker(
  options: ConsumerOptions,
  draining: AbortSignal,
  lanes: readonly string[] = [],
): {
  others: Worker<unknown>[];
  worker: Worker<unknown>;
  outage: OutageLog;
  longestFetchSeconds: number;
} {
  // BullMQ refuses 0.
  const longestFetchSeconds = Math.max(
    0.1,
    Math.min(drainDelaySeconds, options.idleTimeoutSeconds ?? drainDelaySeconds),
  );
  const open = (lane: string): Worker<unknown> =>
    new Worker<unknown>(queueNameOf(lane), null, {
      connection: options.connection,
      prefix: queuePrefix(options.campaignId),
      name: options.setup.node,
      autorun: false,
      skipStalledCheck: true,
      maxStalledCount,
      lockDuration: options.locks.lockSeconds * 1000,
      drainDelay: longestFetchSeconds,
    });
  const worker = open(options.lane);
  const others = lanes.filter((lane) => lane !== options.lane).map(open);
  const outage = createOutageLog(options.log, {
    away: 'Redis does not answer: running jobs continue, results wait on disk',
    back: 'Redis answers again',
  });
  // Without a listener an error would end the process.
  for (const one of [worker, ...others])
    one.on('error', (error) => {
      if (!draining.aborted) outage.failed(error);
    });
  return { worker, others, outage, longestFetchSeconds };
}
