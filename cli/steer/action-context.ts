import type { Campaign } from '../../core/config/load-config.ts';
import type { Workflow } from '../../workflow/database/workflow.ts';
import type { TriedQueue } from '../redis/try-open-queue.ts';

/** What a verb of the board works on, opened for it alone. */
export interface ActionContext {
  campaign: Campaign;
  workflow: Workflow;
  tried: TriedQueue;
}

/** What is still to come when Redis is down. */
export function withAway(sentence: string, { away }: TriedQueue): string {
  return away === null ? sentence : `${sentence} Redis is down: ${away.reason}. ${away.willFollow}`;
}
