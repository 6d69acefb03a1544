import { randomBytes } from 'node:crypto';
import { chunksOf } from '../../workflow/database/chunks-of.ts';
import type { Workflow } from '../../workflow/database/workflow.ts';
import type { CorrectableRecord } from '../../workflow/records/load-correctable.ts';
import { type Correction, correctRecords } from '../../workflow/steering/correct-records.ts';
import { freeJobDir } from './free-job-dir.ts';

/** What happened, or would happen, to one record. */
export interface CorrectionStep {
  id: number;
  /** `requeued`: corrected, and it waits again. `blocked`: a marker holds it. `changed`: something else was done with it meanwhile. */
  result: 'corrected' | 'requeued' | 'blocked' | 'changed' | 'unreachable';
  reason: string | null;
}

export interface CorrectOptions {
  /** Who is to stand in the audit. */
  by: string;
  /** Where the files of a record are; null: nowhere yet. */
  jobDirOf: (record: CorrectableRecord) => string | null;
  /** No file outside it is touched. */
  jobRoot: string;
  /** Take markers `.do_not_rerun.json` away, into the archive. */
  unblock: boolean;
  isDryRun: boolean;
  /** Stops between two pages; what is left out has no step. */
  signal: AbortSignal;
}

const pageSize = 100;

/**
 * Corrects records that are at rest. What was computed with the old values is archived in `attempt-N/` before the row changes,
 * so that no tool ever takes it for a result of the new ones; stopped in between, a record is as finished as before.
 */
export async function correct(
  workflow: Workflow,
  corrections: readonly Correction[],
  options: CorrectOptions,
): Promise<CorrectionStep[]> {
  const steps: CorrectionStep[] = [];
  const owner = `set-${randomBytes(4).toString('hex')}`;
  for (const page of chunksOf(corrections, pageSize)) {
    if (options.signal.aborted) break;
    const held = await Promise.all(
      page.map(async ({ record, isOther }) =>
        isOther ? freeJobDir(options.jobDirOf(record), record.attempt, owner, options) : undefined,
      ),
    );
    const ready = page.filter((_, index) => held[index] === undefined);
    const done = new Set(
      options.isDryRun ? ready.map(({ record }) => record.id) : correctRecords(workflow, ready, options.by),
    );
    for (const [index, { record, isRequeued }] of page.entries()) {
      const { id } = record;
      const result = !done.has(id) ? 'changed' : isRequeued ? 'requeued' : 'corrected';
      steps.push({ id, ...(held[index] ?? { result, reason: null }) });
    }
  }
  return steps;
}
