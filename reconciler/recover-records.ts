import { type Adoption, adoptAttempts } from '../workflow/attempts/adopt-attempts.ts';
import { chunksOf } from '../workflow/database/chunks-of.ts';
import { findSharedOrigIndexes } from '../workflow/records/find-shared-orig-indexes.ts';
import {
  listRecoverableIds,
  loadRecoverable,
  type RecoverableRecord,
} from '../workflow/records/load-recoverable.ts';
import type { Workflow } from '../workflow/database/workflow.ts';
import { type AdoptionDecision, decideAdoption } from './decide-adoption.ts';
import { findEvidence, type JudgeOutput } from './find-evidence.ts';
import { askAll, type RecoveryControl } from './recover-report.ts';

export interface RecordSources {
  /** Where a record's job directory is; null when it cannot be known without its geometry. */
  jobDirOf: (
    record: Pick<RecoverableRecord, 'id' | 'origIndex' | 'charge' | 'multiplicity' | 'jobDir'>,
  ) => string | null;
  judgeOutput: JudgeOutput;
  /** Several records of one orig_index have directories of their own. */
  hasOwnDirs: boolean;
  /** Which records are looked at; those that wait or run, unless given. */
  statuses?: readonly string[];
  /** Exactly these records instead; they have no open attempt. */
  ids?: readonly number[];
}

/**
 * Adopts what is finished on disk for records that wait or run without an attempt of ours: results of oact that a restored
 * database does not know, and runs of the existing system.
 */
export async function recoverRecords(
  workflow: Workflow,
  sources: RecordSources,
  control: RecoveryControl,
): Promise<void> {
  for (const ids of chunksOf(sources.ids ?? listRecoverableIds(workflow, sources.statuses))) {
    if (control.signal.aborted) return;
    const records = loadRecoverable(workflow, ids);
    const origIndexes = records.map((record) => record.origIndex).filter((index) => index !== null);
    const shared = sources.hasOwnDirs ? new Set() : findSharedOrigIndexes(workflow, origIndexes);
    const decisions = await askAll(records, async (record) => {
      const jobDir = sources.jobDirOf(record);
      const { id: recordId, lastAttempt, origIndex } = record;
      const { campaignId } = control;
      const evidence =
        jobDir === null
          ? null
          : await findEvidence(jobDir, { campaignId, recordId, lastAttempt }, sources.judgeOutput);
      const isShared = origIndex !== null && shared.has(origIndex);
      return { recordId, decision: decideAdoption({ record, jobDir, evidence, isShared }) };
    });
    await adopt(workflow, decisions, control);
    control.onProgress(ids.length);
  }
}

async function adopt(
  workflow: Workflow,
  decisions: { recordId: number; decision: AdoptionDecision }[],
  control: RecoveryControl,
): Promise<void> {
  const adoptions: Adoption[] = [];
  for (const { decision } of decisions) {
    if (decision.kind !== 'adopt') continue;
    const { jobDir, attempt } = decision.adoption;
    if (decision.what === 'result' && !control.isDryRun)
      await control.finishFiles(jobDir, attempt).catch(() => undefined);
    adoptions.push(decision.adoption);
  }
  const adopted = new Set(control.isDryRun ? adoptions : adoptAttempts(workflow, adoptions));
  for (const { recordId, decision } of decisions) {
    if (decision.kind === 'leave')
      control.onStep({ recordId, kind: 'left', attempt: null, outcome: null, reason: decision.reason });
    if (decision.kind !== 'adopt' || !adopted.has(decision.adoption)) continue;
    const { attempt, outcome, reason } = decision.adoption;
    const kind = decision.what === 'result' ? 'adopted_result' : 'adopted_run';
    control.onStep({ recordId, kind, attempt, outcome: outcome.kind, reason });
  }
}
