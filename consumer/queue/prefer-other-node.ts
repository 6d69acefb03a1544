// Leaves a retry whose failure may have been this node's to another node, while there is one.
import { announcementsKey, type KnownConsumer, readRegistry } from '../../core/progress/consumer-registry.ts';
import { defaultLane } from '../../core/job/queue-names.ts';
import type { JobPayload } from '../../core/job/payload.ts';

/**
 * Whether a retry is left to another node. For some minutes only: the others may have no room for it, and a node that failed it
 * once is better than none.
 * @param consumers those of the lane
 */
export function isForOtherNode(
  retry: JobPayload['retry'],
  node: string,
  consumers: readonly Pick<KnownConsumer, 'node' | 'state'>[],
  now: Date,
): boolean {
  if (!mayAvoid(retry, node, now)) return false;
  return consumers.some((one) => one.state === 'running' && retry?.avoidNodes.includes(one.node) === false);
}

/** Whether it is worth asking who else is there. */
function mayAvoid(retry: JobPayload['retry'], node: string, now: Date): boolean {
  return retry !== null && retry.avoidNodes.includes(node) && now.getTime() < Date.parse(retry.avoidUntil);
}

/** What is asked of Redis for that. */
export interface RegistryClient {
  hgetall(key: string): Promise<Record<string, string>>;
}

/** The same, with what Redis knows of the consumers of the lane now; false while it does not answer. */
export async function shouldPassOn(
  { retry, campaignId }: JobPayload,
  node: string,
  client: () => Promise<RegistryClient>,
): Promise<boolean> {
  const now = new Date();
  if (!mayAvoid(retry, node, now)) return false;
  try {
    const registry = await client();
    const announcements = await registry.hgetall(announcementsKey(campaignId, defaultLane));
    return isForOtherNode(retry, node, readRegistry(announcements, {}, now).consumers, now);
  } catch {
    return false;
  }
}
