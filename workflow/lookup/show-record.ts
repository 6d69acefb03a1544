import type { Remedy } from '../../core/job/remedy.ts';
import { metricsSchema } from '../../core/job/result.ts';
import { parseRemedies } from '../../core/job/remedy.ts';
import { withRetry } from '../database/with-retry.ts';
import { parseNames } from '../attempts/list-open-attempts.ts';
import { nameColumn } from '../names/name-column.ts';
import type { Workflow } from '../database/workflow.ts';
import { ownColumns } from '../schema/own-columns.ts';
import type { AttemptResults, RecordResults } from '../results/result-columns.ts';
import { selectOfAttempt, selectRecordResults } from '../results/result-sql.ts';

/** One record as a user asks for it, without its geometry. */
export type RecordView = RecordResults & {
  id: number;
  origIndex: number | null;
  /** The chemist's own; null: it has none. */
  name: string | null;
  /** Where it was imported from: `wave2.csv:17`. */
  source: string | null;
  /** `U;O;O`, as imported: true for rows that oact imported, a hint for others. */
  elements: string | null;
  status: string | null;
  failCount: number | null;
  charge: number | null;
  /** 2S+1; the column is called spin. */
  multiplicity: number | null;
  jobDir: string | null;
  errorMessage: string | null;
  /** Oldest first. */
  attempts: AttemptView[];
};

/** One attempt; what is not known yet is null. Times are ISO 8601 UTC. */
export type AttemptView = Omit<AttemptResults, 'cores' | 'warnings'> & {
  attempt: number;
  jobId: string;
  /** 0: adopted, and never on the queue. */
  batchId: number;
  queuedAt: string;
  /** null: its job is in the queue, or must be. */
  settledAt: string | null;
  outcome: 'completed' | 'failed' | 'timed_out' | 'stale' | 'released' | null;
  class: string | null;
  reason: string | null;
  /** OS numbers of the cores of its slot. */
  cores: number[] | null;
  /** What a chemist should look at although the result may stand. */
  warnings: string[];
  /** The attempt whose failure it follows; null for what a user put on the queue. */
  retryOf: number | null;
  /** Why it follows that one, in words. */
  retryReason: string | null;
  /** What it does otherwise than a first attempt. */
  remedies: Remedy[];
  /** A retry that waits: not given out before; null: at once. */
  notBefore: string | null;
  /** Nodes that it leaves to others for a while. */
  avoidNodes: string[];
  /** Why its failure was not followed by another attempt; null where one was, or nobody asked. */
  notRetried: string | null;
};

const laterColumns = {
  retryOf: 'retry_of',
  retryReason: 'retry_reason',
  remedies: 'remedies',
  notRetried: 'not_retried',
  notBefore: 'not_before',
  avoidNodes: 'avoid_nodes',
} as const;

type AttemptRow = Omit<AttemptView, 'cores' | 'remedies' | 'warnings' | 'avoidNodes'> & {
  cores: string | null;
  remedies: string | null;
  warnings: string | null;
  avoidNodes: string | null;
};

/** One record with all its attempts; undefined when there is no such row. */
export function showRecord(workflow: Workflow, id: number): RecordView | undefined {
  const { db } = workflow;
  const selectRecord = db.prepare<[number], Omit<RecordView, 'attempts'>>(`
    select id, orig_index as origIndex, ${nameColumn(workflow, 'id')} as name, ${nameColumn(workflow, 'id', 'source')} as source, elements, status, fail_count as failCount, charge, spin as multiplicity,
      job_dir as jobDir, error_message as errorMessage, ${selectRecordResults}
    from structures where id = ?`);
  const selectAttempts = db.prepare<[number], AttemptRow>(`
    select attempt, job_id as jobId, batch_id as batchId, queued_at as queuedAt, settled_at as settledAt, outcome, class, reason,
      ${selectOfAttempt(workflow)}, ${ownColumns(workflow, 'oact_attempts', laterColumns)}
    from oact_attempts where record_id = ? order by attempt`);
  return withRetry(workflow, () => {
    const record = selectRecord.get(id);
    const attempts = selectAttempts.all(id);
    return (
      record && {
        ...record,
        attempts: attempts.map((row) => ({
          ...row,
          cores: parseCores(row.cores),
          remedies: parseRemedies(row.remedies),
          warnings: parseWarnings(row.warnings),
          avoidNodes: parseNames(row.avoidNodes),
        })),
      }
    );
  });
}

/** `[0,1,2,3]`; another tool may have written anything. */
function parseCores(text: string | null): number[] | null {
  if (text === null || !/^\[[\d,\s]*\]$/.test(text)) return null;
  const cores: unknown = JSON.parse(text);
  return Array.isArray(cores) ? cores.map(Number) : null;
}

/** The column `warnings`: null, and what a hand has spoilt, is none. */
export function parseWarnings(text: string | null): string[] {
  try {
    return metricsSchema.shape.warnings.parse(JSON.parse(text ?? '[]'));
  } catch {
    return [];
  }
}
