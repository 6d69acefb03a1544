import type { Adoption } from '../workflow/attempts/adopt-attempts.ts';
import type { RecoverableRecord } from '../workflow/records/load-recoverable.ts';
import type { Evidence, FoundOutput } from './find-evidence.ts';

/** What becomes of a record without an open attempt. */
export type AdoptionDecision =
  | { kind: 'adopt'; what: 'result' | 'run'; adoption: Adoption }
  /** It stays as it is; the reason is worth a user's look. */
  | { kind: 'leave'; reason: string }
  /** Nothing was found and nothing is missing. */
  | { kind: 'pass' };

export interface RecordOnDisk {
  record: RecoverableRecord;
  /** null: the database does not know it, and the pattern does not give it. */
  jobDir: string | null;
  evidence: Evidence | null;
  /** Its directory may be another record's as well. */
  isShared: boolean;
}

const releaseHint = 'no oact job works on it; the existing dashboard can release it with --recover-orphans';

/**
 * A published result of oact is believed: record and campaign stand in it. An output of the existing system is believed when it
 * is newer than all that oact knows. Ended well, it completes the record, as the existing tools do it. A failure counts only for a
 * row that runs, since that claim: a row that waits was reset by a user who wants it run again. It does not raise
 * `fail_count`, because the existing tools raise that when they reset the row.
 *
 * A row that has come to an end is changed only for the better: a run that ended well after all, or the numbers of a completed one
 * that has none. A completed row whose output says otherwise is named.
 */
export function decideAdoption({ record, jobDir, evidence, isShared }: RecordOnDisk): AdoptionDecision {
  const isRunning = record.status === 'running';
  if (jobDir === null || evidence === null)
    return isRunning ? leave(`its job directory is unknown; ${releaseHint}`) : { kind: 'pass' };
  const { result, output } = evidence;
  const isCompleted = record.status === 'completed';
  if (isCompleted && result && (record.hasEnergy || result.outcome.kind !== 'completed'))
    return leave(`attempt-${result.attempt} has a result that is not in the table`);
  if (result) {
    const { outcome, recordId, attempt, finishedAt } = result;
    const reason = `adopted from attempt-${attempt}/result.json`;
    const { status } = record;
    const adoption = { recordId, attempt, outcome, result, status, jobDir, finishedAt, reason };
    return { kind: 'adopt', what: 'result', adoption };
  }
  if (evidence.isSella)
    return isRunning ? leave("Sella runs it, and oact does not judge Sella's steps") : { kind: 'pass' };
  if (!output) return isRunning ? leave(`there is no output in ${jobDir}; ${releaseHint}`) : { kind: 'pass' };
  if (output.modifiedAtMs <= record.lastSettledAtMs)
    return isRunning ? leave(`${output.file} is older than its newest attempt`) : { kind: 'pass' };
  return decideOutput({ record, jobDir, evidence, isShared }, jobDir, output);
}

function decideOutput(
  { record, evidence, isShared }: RecordOnDisk,
  jobDir: string,
  output: FoundOutput,
): AdoptionDecision {
  const { file } = output;
  const isRunning = record.status === 'running';
  const why = (reason: string): AdoptionDecision => (isRunning ? leave(reason) : { kind: 'pass' });
  if (output.kind === 'unreadable') return leave(`${file} cannot be read`);
  if (output.kind === 'unfinished')
    return why(`${file} has no end: it may still run under the existing system`);
  if (isShared) return leave(`${file} may belong to another record with the same orig_index`);
  const { outcome, metrics } = output;
  if (record.status === 'completed') {
    if (outcome.kind !== 'completed') return leave(`the table says completed, but ${file} does not`);
    if (record.hasEnergy) return { kind: 'pass' };
  }
  if (outcome.kind !== 'completed') {
    if (!isRunning) return { kind: 'pass' };
    // The table knows whole seconds only; failing a row that is about to run is the worse mistake.
    if (output.modifiedAtMs < record.updatedAtMs + 1000)
      return leave(`${file} failed before the row was claimed, so the record may run again`);
  }
  const adoption: Adoption = {
    recordId: record.id,
    attempt: Math.max(record.lastAttempt, evidence?.lastAttemptOnDisk ?? 0) + 1,
    outcome,
    result: null,
    metrics,
    countsAsFailure: false,
    status: record.status,
    jobDir,
    finishedAt: new Date(output.modifiedAtMs).toISOString(),
    reason: `adopted from ${file}`,
  };
  return { kind: 'adopt', what: 'run', adoption };
}

function leave(reason: string): AdoptionDecision {
  return { kind: 'leave', reason };
}
