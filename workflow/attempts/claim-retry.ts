import { jobIdOf } from '../../core/job/payload.ts';
import { parseRemedies } from '../../core/job/remedy.ts';
import type { DecideRetry, FailedTry, RetryDecision } from '../../core/job/retry.ts';
import type { OpenAttempt } from './list-open-attempts.ts';
import type { Settlement } from './settle-jobs.ts';
import type { Workflow } from '../database/workflow.ts';

type AttemptRow = {
  attempt: number;
  batchId: number;
  retryOf: number | null;
  outcome: string;
  class: string | null;
  remedies: string | null;
  cores: string | null;
  node: string | null;
};

/** What is to follow one failed attempt, before anything of it is written. */
export interface FollowUp {
  settlement: Settlement;
  batchId: number;
  decision: RetryDecision;
  /** The newest attempt of the record. */
  lastAttempt: number;
}

/**
 * Decides what follows a settled attempt; writes nothing.
 * @returns undefined: it completed, or it is of no batch, and without its options no job could be made
 */
export function decideFollowUp(
  { db }: Workflow,
  settlement: Settlement,
  decideRetry: DecideRetry,
): FollowUp | undefined {
  const { recordId, attempt: failed, outcome, result } = settlement;
  if (outcome.kind === 'completed') return undefined;
  const rows = db
    .prepare<[number], AttemptRow>(
      `select attempt, batch_id as batchId, retry_of as retryOf, outcome, class, remedies, cores, node
       from oact_attempts where record_id = ? order by attempt`,
    )
    .all(recordId);
  const batchId = rows.find((row) => row.attempt === failed)?.batchId ?? 0;
  const batch = db
    .prepare<[number], { stoppedAt: string | null }>(
      'select stopped_at as stoppedAt from oact_batches where id = ?',
    )
    .get(batchId);
  if (batch === undefined) return undefined;
  const failCount =
    db.prepare<[number], number>('select fail_count from structures where id = ?').pluck().get(recordId) ?? 0;
  const isCancelled = db
    .prepare<[number, number], 1>('select 1 from oact_cancellations where record_id = ? and attempt = ?')
    .get(recordId, failed);
  const decision =
    isCancelled !== undefined
      ? { kind: 'leave' as const, reason: 'it was cancelled' }
      : batch.stoppedAt !== null
        ? leaveStopped(batchId)
        : decideRetry({ tries: chainOf(rows, failed, result?.files ?? []), failCount });
  return { settlement, batchId, decision, lastAttempt: rows.at(-1)?.attempt ?? failed };
}

/** The batch of a failed attempt was stopped: nothing of it is retried. */
export function leaveStopped(batchId: number): RetryDecision {
  return { kind: 'leave', reason: `batch ${batchId} was stopped` };
}

/**
 * Opens the attempt that follows a failed one, if that was decided: the record continues `running` under the same options.
 * Part of the transaction that settled the failure, so that a record is never seen in between.
 * @returns the new attempt, whose job must be added to the queue
 */
export function claimRetry(
  { db }: Workflow,
  { settlement, batchId, decision, lastAttempt }: FollowUp,
): OpenAttempt | undefined {
  const { recordId, attempt: failed, takenAttempt = 0 } = settlement;
  if (decision.kind === 'leave') {
    db.prepare('update oact_attempts set not_retried = ? where record_id = ? and attempt = ?').run(
      decision.reason,
      recordId,
      failed,
    );
    return undefined;
  }
  const attempt = Math.max(lastAttempt, takenAttempt) + 1;
  const { reason, remedies, waitSeconds, avoidNodes } = decision;
  const opened = { recordId, attempt, jobId: jobIdOf(recordId, attempt), batchId };
  const now = Date.now();
  const queuedAt = new Date(now).toISOString();
  const notBefore = waitSeconds === 0 ? null : new Date(now + waitSeconds * 1000).toISOString();
  db.prepare(`update structures set status = 'running', updated_at = current_timestamp where id = ?`).run(
    recordId,
  );
  db.prepare(
    `insert into oact_attempts (record_id, attempt, job_id, batch_id, queued_at, retry_of, retry_reason, remedies, not_before, avoid_nodes)
     values (@recordId, @attempt, @jobId, @batchId, @queuedAt, @failed, @reason, @remedies, @notBefore, @avoidNodes)`,
  ).run({
    ...opened,
    queuedAt,
    failed,
    reason,
    remedies: JSON.stringify(remedies),
    notBefore,
    avoidNodes: avoidNodes.length === 0 ? null : JSON.stringify(avoidNodes),
  });
  return { ...opened, queuedAt, remedies, retryReason: reason, notBefore, avoidNodes };
}

/** The failed attempt and those that it is a retry of: what came before a user queued the record again does not count. */
function chainOf(rows: readonly AttemptRow[], failed: number, files: readonly string[]): FailedTry[] {
  const chain: FailedTry[] = [];
  for (let wanted: number | null = failed; wanted !== null;) {
    const row = rows.find(({ attempt }) => attempt === wanted);
    if (!row) break;
    chain.unshift({
      attempt: row.attempt,
      class: row.outcome === 'timed_out' ? 'timed_out' : (row.class ?? 'unknown'),
      remedies: parseRemedies(row.remedies),
      cores: countCores(row.cores),
      files: row.attempt === failed ? files : [],
      node: row.node,
    });
    wanted = row.retryOf;
  }
  return chain;
}

function countCores(text: string | null): number | null {
  const cores: unknown = JSON.parse(text ?? 'null');
  return Array.isArray(cores) ? cores.length : null;
}
