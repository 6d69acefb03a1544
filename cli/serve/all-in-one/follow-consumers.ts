/** The consumers beside an `oact serve` that ends with their allocation: it outlives them, and sends them home when all is done. */
import { setTimeout as delay } from 'node:timers/promises';
import type { Redis } from 'ioredis';
import { defaultLane } from '../../../core/job/queue-names.ts';
import type { KnownConsumer } from '../../../core/progress/consumer-registry.ts';
import { listConsumers, requestDrain } from '../../../infra/consumers/list-consumers.ts';

const pollMs = 250;

const isPresent = ({ state }: KnownConsumer): boolean => state === 'running' || state === 'draining';

/**
 * Waits until no consumer of an allocation is at work any more.
 * @param allocationId null: of all of them
 * @returns false when that took too long, or Redis did not answer
 */
export async function waitUntilGone(
  redis: Redis,
  campaignId: string,
  allocationId: string | null,
  seconds: number,
): Promise<boolean> {
  const deadlineMs = performance.now() + seconds * 1000;
  for (;;) {
    const left = await Promise.race([
      countPresent(redis, campaignId, allocationId),
      delay(Math.max(0, deadlineMs - performance.now()), Infinity),
    ]);
    if (left === 0) return true;
    if (performance.now() >= deadlineMs) return false;
    await delay(pollMs);
  }
}

async function countPresent(redis: Redis, campaignId: string, allocationId: string | null): Promise<number> {
  const { consumers } = await listConsumers(redis, campaignId, defaultLane, new Date());
  return consumers.filter(
    (one) => isPresent(one) && (allocationId === null || one.allocationId === allocationId),
  ).length;
}

/** Asks all consumers of the campaign to drain. @returns how many were asked */
export async function drainAll(redis: Redis, campaignId: string): Promise<number> {
  const now = new Date();
  const { consumers } = await listConsumers(redis, campaignId, defaultLane, now);
  const ids = consumers.filter(isPresent).map(({ id }) => id);
  await requestDrain(redis, campaignId, defaultLane, { ids, now });
  return ids.length;
}
