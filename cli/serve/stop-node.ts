import type { Redis } from 'ioredis';
import {
  describeCure,
  describeNodeStop,
  describeStop,
  type StoppedNode,
} from '../../core/waiting/stopped-batch.ts';
import { listConsumers, requestDrain } from '../../infra/consumers/list-consumers.ts';
import type { Stops } from '../../workflow/attempts/note-endings.ts';

/**
 * Lets the consumers of a node end, with the reason: they hand back what they run and take nothing more. Consumers that ended
 * meanwhile are left; one that starts there later is asked when a job dies on it again.
 * @returns how many were asked
 */
export async function stopNode(
  redis: Redis,
  campaignId: string,
  lane: string,
  stop: StoppedNode,
): Promise<number> {
  const now = new Date();
  const { consumers } = await listConsumers(redis, campaignId, lane, now);
  const ids = consumers
    .filter(({ node, state }) => node === stop.node && state !== 'ended' && state !== 'draining')
    .map(({ id }) => id);
  await requestDrain(redis, campaignId, lane, { ids, now, why: describeNodeStop(stop) });
  return ids.length;
}

/**
 * What failures that are all alike stopped, a line each, and what to do.
 * @param isDrained whether the consumers of the nodes were asked to end
 */
export function renderStops({ batches, nodes }: Stops, isDrained: boolean): string[] {
  return [
    ...batches.flatMap((batch) => [describeStop(batch), describeCure(batch)]),
    ...nodes.map((node) =>
      isDrained
        ? `node stopped: ${describeNodeStop(node)}`
        : `node not stopped, because Redis was not asked: ${describeNodeStop(node)}. Run oact consumer drain ${node.node}`,
    ),
  ];
}
