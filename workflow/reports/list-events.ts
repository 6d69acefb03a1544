import { endedOutcomes } from '../lookup/job-filter.ts';
import { ownColumns } from '../schema/own-columns.ts';
import { withRetry } from '../database/with-retry.ts';
import type { Workflow } from '../database/workflow.ts';

/** Something that happened to the campaign. */
export type CampaignEvent =
  | {
      kind: 'ended';
      at: string;
      recordId: number;
      attempt: number;
      outcome: 'completed' | 'failed' | 'timed_out';
      class: string | null;
      reason: string | null;
      node: string | null;
      elapsedSeconds: number | null;
      /** Whether another attempt follows or followed it. */
      isRetried: boolean;
    }
  | { kind: 'batch'; at: string; batchId: number }
  /** Its first jobs all died of one input error. */
  | { kind: 'batch stopped'; at: string; batchId: number; error: string | null };

type Ended = Extract<CampaignEvent, { kind: 'ended' }>;

/** The last events, newest first: what ended, what was enqueued, what was stopped. Indexes have them in this order. */
export function listEvents(workflow: Workflow, limit = 20): CampaignEvent[] {
  const ended = workflow.db.prepare<[number], Omit<Ended, 'kind' | 'isRetried'> & { isRetried: number }>(`
    select coalesce(finished_at, settled_at) as at, record_id as recordId, attempt, outcome, class, reason, node,
      elapsed_seconds as elapsedSeconds,
      exists (select 1 from oact_attempts where record_id = ended.record_id and attempt > ended.attempt) as isRetried
    from oact_attempts ended
    where settled_at is not null and outcome in ${endedOutcomes}
    order by coalesce(finished_at, settled_at) desc limit ?`);
  const stops = { error: 'same_error', stoppedAt: 'stopped_at' };
  const batches = workflow.db.prepare<
    [number],
    { batchId: number; at: string; error: string | null; stoppedAt: string | null }
  >(`
    select id as batchId, created_at as at, ${ownColumns(workflow, 'oact_batches', stops)}
    from oact_batches order by id desc limit ?`);
  const [endings, latest] = withRetry(workflow, () => [ended.all(limit), batches.all(limit)]);
  const events: CampaignEvent[] = [
    ...endings.map((row) => ({ ...row, kind: 'ended' as const, isRetried: row.isRetried === 1 })),
    ...latest.map(({ batchId, at }) => ({ kind: 'batch' as const, at, batchId })),
    ...latest.flatMap(({ batchId, error, stoppedAt }) =>
      stoppedAt === null ? [] : [{ kind: 'batch stopped' as const, at: stoppedAt, batchId, error }],
    ),
  ];
  return events.toSorted((a, b) => (a.at < b.at ? 1 : a.at > b.at ? -1 : 0)).slice(0, limit);
}
