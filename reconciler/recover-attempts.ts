import { listOpenAttempts, type OpenAttempt } from '../workflow/attempts/list-open-attempts.ts';
import { loadJobDirs } from '../workflow/records/load-job-dirs.ts';
import { settleAndRetry, settleOnly } from '../workflow/attempts/settle-and-retry.ts';
import type { Workflow } from '../workflow/database/workflow.ts';
import { findLastAttempt } from './find-last-attempt.ts';
import { readPublished } from './read-published.ts';
import { askAll, type RecoveryControl } from './recover-report.ts';

const pageSize = 500;

/**
 * Settles open attempts whose result is published already, whatever the queue says: its consumer died before the ack, or Redis
 * lost it. The same guarded transaction as the sweep's, so that an ack that comes later changes nothing.
 */
export async function recoverAttempts(workflow: Workflow, control: RecoveryControl): Promise<void> {
  let after: OpenAttempt | undefined;
  while (!control.signal.aborted) {
    const page = listOpenAttempts(workflow, { after, limit: pageSize });
    if (page.length === 0) return;
    after = page.at(-1);
    await recoverPage(workflow, page, control);
    control.onProgress(page.length);
  }
}

async function recoverPage(workflow: Workflow, page: OpenAttempt[], control: RecoveryControl): Promise<void> {
  const { campaignId, isDryRun } = control;
  const ids = page.map((attempt) => attempt.recordId);
  const jobDirs = loadJobDirs(workflow, ids);
  const found = await askAll(page, async ({ recordId, attempt }) => {
    const jobDir = jobDirs.get(recordId);
    const result = jobDir && (await readPublished(jobDir, { campaignId, recordId, attempt }));
    if (!result) return undefined;
    if (!isDryRun) await control.finishFiles(jobDir, attempt).catch(() => undefined);
    const takenAttempt = await findLastAttempt(jobDir);
    return { recordId, attempt, outcome: result.outcome, result, takenAttempt };
  });
  const settlements = found.filter((settlement) => settlement !== undefined);
  // The jobs of retries are added by the audit, which follows.
  if (!isDryRun) {
    const { stops } = settleAndRetry(workflow, settlements, control.afterFailure ?? settleOnly);
    if (stops.batches.length + stops.nodes.length > 0) control.onStops?.(stops);
  }
  for (const { recordId, attempt, outcome } of settlements) {
    const reason = `attempt-${attempt}/result.json is published but not settled`;
    control.onStep({ recordId, kind: 'settled', attempt, outcome: outcome.kind, reason });
  }
}
