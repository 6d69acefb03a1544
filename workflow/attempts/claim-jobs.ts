import { jobIdOf } from '../../core/job/payload.ts';
import { inTransaction } from '../database/in-transaction.ts';
import type { Workflow } from '../database/workflow.ts';

/** One attempt of one record, as claimed. */
export type Claim = { recordId: number; attempt: number; jobId: string };

export type ClaimOptions = {
  ids: readonly number[];
  /** From recordBatch. */
  batchId: number;
  /** Rows that failed this often or more are left alone. */
  maxFailCount?: number | undefined;
  /** Absolute paths by record, stored so that the existing tools find the files; others keep what they have. */
  jobDirs?: ReadonlyMap<number, string>;
  /** The highest attempt number by record that its directory shows to be taken, which a restored database may not know. */
  takenAttempts?: ReadonlyMap<number, number>;
};

/**
 * Takes those of the rows that still wait: `to_run` → `running`, with their next attempt recorded as open,
 * in one transaction, so that a claimed row always has its attempt. That record is the outbox: what is
 * open and not in Redis is added again by the audit. Two producers, or one and the existing tools, never
 * both get a row. worker_id stays NULL: the existing orphan recovery resets any id that the scheduler does
 * not list.
 *
 * An attempt that is still open although its row waits again was reset by another tool; it is closed as
 * stale, and whatever comes back for it later changes nothing.
 */
export function claimJobs(workflow: Workflow, options: ClaimOptions): Claim[] {
  const { db } = workflow;
  const take = db.prepare(`
    update structures
    set status = 'running', worker_id = null, job_dir = coalesce(?, job_dir), updated_at = current_timestamp
    where id = ? and status in ('to_run', 'ready') and coalesce(fail_count, 0) < ?`);
  const closeOlder = db.prepare(`
    update oact_attempts set settled_at = ?, outcome = 'stale'
    where record_id = ? and settled_at is null`);
  const lastAttempt = db
    .prepare<[number], number>('select coalesce(max(attempt), 0) from oact_attempts where record_id = ?')
    .pluck();
  const open = db.prepare(`
    insert into oact_attempts (record_id, attempt, job_id, batch_id, queued_at)
    values (?, ?, ?, ?, ?)`);
  const failLimit = options.maxFailCount ?? Number.MAX_SAFE_INTEGER;

  return inTransaction(workflow, () => {
    const now = new Date().toISOString();
    const claims: Claim[] = [];
    for (const recordId of options.ids) {
      if (take.run(options.jobDirs?.get(recordId) ?? null, recordId, failLimit).changes === 0) continue;
      const last = lastAttempt.get(recordId) ?? 0;
      if (last > 0) closeOlder.run(now, recordId);
      const attempt = Math.max(last, options.takenAttempts?.get(recordId) ?? 0) + 1;
      const jobId = jobIdOf(recordId, attempt);
      open.run(recordId, attempt, jobId, options.batchId, now);
      claims.push({ recordId, attempt, jobId });
    }
    return claims;
  });
}
