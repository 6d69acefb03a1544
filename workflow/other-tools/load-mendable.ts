import { chunksOf } from '../database/chunks-of.ts';
import { withRetry } from '../database/with-retry.ts';
import type { Workflow } from '../database/workflow.ts';
import { type AttemptResults, resultColumns } from '../results/result-columns.ts';
import { hasOwnTable } from '../schema/own-columns.ts';

/** What an attempt notes of a completed run, and `structures` has, too. */
const kept = ['finalEnergyHartree', 'scfCycles', 'wallTimeSeconds'] as const;

/** A record without an open attempt, with what oact knows of its past. */
export type MendableRecord = Pick<AttemptResults, (typeof kept)[number]> & {
  id: number;
  origIndex: number | null;
  status: string;
  /** NULL is 0. */
  charge: number;
  /** 2S+1; NULL is 1. */
  multiplicity: number;
  jobDir: string | null;
  /** Another tool's claim. */
  workerId: string | null;
  /** The newest attempt of ours; 0: there is none. */
  attempt: number;
  outcome: 'completed' | 'failed' | 'timed_out' | 'stale' | 'released' | null;
  reason: string | null;
  /** ms since the epoch; 0: never. */
  settledAtMs: number;
  /** When oact let it wait again, ms since the epoch; 0: never. */
  requeuedAtMs: number;
};

/** Loads records by id, without their geometry; unknown ids are left out. */
export function loadMendable(workflow: Workflow, ids: readonly number[]): MendableRecord[] {
  // A database that is only read may be of an older oact.
  const requeued = hasOwnTable(workflow, 'oact_requeues')
    ? `coalesce((select unixepoch(requeued_at, 'subsec') * 1000 from oact_requeues where record_id = s.id), 0)`
    : '0';
  const select = workflow.db.prepare<[string], MendableRecord>(`
    select s.id, s.orig_index as origIndex, coalesce(s.status, '') as status, coalesce(s.charge, 0) as charge,
      coalesce(s.spin, 1) as multiplicity, s.job_dir as jobDir, s.worker_id as workerId,
      coalesce(a.attempt, 0) as attempt, a.outcome, a.reason,
      ${kept.map((field) => `a.${resultColumns[field].inAttempts} as ${field}`).join(', ')},
      coalesce(unixepoch(a.settled_at, 'subsec') * 1000, 0) as settledAtMs, ${requeued} as requeuedAtMs
    from structures s left join oact_attempts a on a.record_id = s.id
      and a.attempt = (select max(attempt) from oact_attempts where record_id = s.id)
    where s.id in (select value from json_each(?))
    order by s.id`);
  return chunksOf(ids).flatMap((chunk) => withRetry(workflow, () => select.all(JSON.stringify(chunk))));
}
