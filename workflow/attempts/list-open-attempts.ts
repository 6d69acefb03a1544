import { z } from 'zod';
import type { Remedy } from '../../core/job/remedy.ts';
import { ownColumns } from '../schema/own-columns.ts';
import { parseRemedies } from '../../core/job/remedy.ts';
import { withRetry } from '../database/with-retry.ts';
import type { Workflow } from '../database/workflow.ts';

/** A job that must be in the queue, or has ended without being settled yet. */
export type OpenAttempt = {
  recordId: number;
  attempt: number;
  jobId: string;
  batchId: number;
  /** ISO 8601 UTC */
  queuedAt: string;
  /** What it does otherwise than a first attempt. */
  remedies: Remedy[];
  /** Why it follows the attempt before it; null for what a user put on the queue. */
  retryReason: string | null;
  /** A retry that waits is not given out before; ISO 8601 UTC. null: at once. */
  notBefore: string | null;
  /** Nodes that another one is preferred to. */
  avoidNodes: string[];
};

/** One page of the open attempts, by record; `after` is the last one of the page before. */
export function listOpenAttempts(
  workflow: Workflow,
  options: { after?: { recordId: number; attempt: number } | undefined; limit?: number } = {},
): OpenAttempt[] {
  const { after = { recordId: 0, attempt: 0 }, limit = 1000 } = options;
  const select = workflow.db.prepare<
    [number, number, number],
    Omit<OpenAttempt, 'remedies' | 'avoidNodes'> & { remedies: string | null; avoidNodes: string | null }
  >(`
    select record_id as recordId, attempt, job_id as jobId, batch_id as batchId, queued_at as queuedAt,
      ${ownColumns(workflow, 'oact_attempts', { remedies: 'remedies', retryReason: 'retry_reason', notBefore: 'not_before', avoidNodes: 'avoid_nodes' })}
    from oact_attempts
    where settled_at is null and (record_id, attempt) > (?, ?)
    order by record_id, attempt
    limit ?`);
  return withRetry(workflow, () => select.all(after.recordId, after.attempt, limit)).map((row) => ({
    ...row,
    remedies: parseRemedies(row.remedies),
    avoidNodes: parseNames(row.avoidNodes),
  }));
}

/** A JSON list of names; null, and what a hand has spoilt, is none. */
export function parseNames(text: string | null): string[] {
  try {
    return z.array(z.string()).parse(JSON.parse(text ?? '[]'));
  } catch {
    return [];
  }
}
