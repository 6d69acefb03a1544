import { type ConnectionOptions, Worker } from 'bullmq';
import type { Logger } from '../core/logger.ts';
import { maxStalledCount, queueNameOf, queuePrefix, stalledIntervalSeconds } from '../core/queue-names.ts';

/**
 * Puts jobs whose lock expired back to the head of the queue, now and every minute. It runs on the login node only;
 * a job is found after its lock's rest and one or two intervals.
 */
export async function startStallCheck(
  connection: ConnectionOptions,
  options: { campaignId: string; lane: string; log: Logger; intervalSeconds?: number },
): Promise<{ stop(): Promise<void> }> {
  const worker = new Worker(queueNameOf(options.lane), null, {
    connection,
    prefix: queuePrefix(options.campaignId),
    autorun: false,
    maxStalledCount,
    stalledInterval: (options.intervalSeconds ?? stalledIntervalSeconds) * 1000,
  });
  worker.on('error', (error) => options.log.debug({ err: error.message }, 'connection error'));
  worker.on('stalled', (jobId) =>
    options.log.warn({ jobId }, 'its consumer vanished: the job is waiting again'),
  );
  await worker.waitUntilReady();
  await worker.startStalledCheckTimer();
  return { stop: () => worker.close() };
}
