import { chunksOf } from '../database/chunks-of.ts';
import { inTransaction } from '../database/in-transaction.ts';
import type { CorrectableRecord } from '../records/load-correctable.ts';
import type { Workflow } from '../database/workflow.ts';
import { clearRecord } from '../results/result-sql.ts';

/** New values of one record; undefined leaves a value as it is. */
export type Correction = {
  /** The record as it was looked at: one that has changed since is left alone. */
  record: CorrectableRecord;
  charge: number | undefined;
  multiplicity: number | undefined;
  geometry: { text: string; symbols: readonly string[] } | undefined;
  /** What was computed with the old values is no result of the new ones; false: NULL became the number that it stood for. */
  isOther: boolean;
  /** It came to an end with the old values: it waits again, without that result and with its failures forgotten. */
  isRequeued: boolean;
  /** Its directory is named after a value that changes: the next claim names it anew. */
  forgetsJobDir: boolean;
};

/**
 * Writes corrections, each with its rows of the audit, in short transactions. Records that run, and those whose values or
 * status are not what they were when they were looked at, stay as they are.
 * @returns the ids that were corrected
 */
export function correctRecords(workflow: Workflow, corrections: readonly Correction[], by: string): number[] {
  const { db } = workflow;
  const update = db.prepare(`
    update structures
    set charge = @charge, spin = @multiplicity, geometry = @geometry,
      elements = coalesce(@elements, elements), natoms = coalesce(@natoms, natoms),
      job_dir = case when @forgetsJobDir then null else job_dir end, updated_at = current_timestamp
    where id = @id and status is @status and status is not 'running'
      and (status in ('to_run', 'ready')
        or not exists (select 1 from oact_attempts where record_id = structures.id and settled_at is null))
      and charge is @oldCharge and spin is @oldMultiplicity and geometry is @oldGeometry`);
  const letWait = db.prepare(`
    update structures
    set status = 'to_run', error_message = null, worker_id = null, ${clearRecord}, fail_count = 0
    where id = ?`);
  // The column has the true number now.
  const forgetSize = db.prepare('delete from oact_sizes where record_id = ?');
  const noteRequeue = db.prepare('replace into oact_requeues (record_id, requeued_at) values (?, ?)');
  const note = db.prepare(`
    insert into oact_corrections (record_id, changed_at, changed_by, field, old_value, new_value, attempt)
    values (@recordId, @now, @by, @field, @old, @next, @attempt)`);
  return chunksOf(corrections).flatMap((chunk) =>
    inTransaction(workflow, () => {
      const now = new Date().toISOString();
      return chunk.flatMap((correction) => {
        const { record } = correction;
        if (update.run(toColumns(correction)).changes === 0) return [];
        if (correction.geometry !== undefined) forgetSize.run(record.id);
        if (correction.isRequeued) {
          letWait.run(record.id);
          noteRequeue.run(record.id, now);
        }
        for (const change of listChanges(correction))
          note.run({ ...change, recordId: record.id, now, by, attempt: record.attempt });
        return [record.id];
      });
    }),
  );
}

function toColumns(correction: Correction): Record<string, unknown> {
  const { record, charge, multiplicity, geometry, forgetsJobDir } = correction;
  return {
    id: record.id,
    status: record.status,
    charge: charge ?? record.charge,
    multiplicity: multiplicity ?? record.multiplicity,
    geometry: geometry?.text ?? record.geometry,
    elements: geometry?.symbols.join(';') ?? null,
    natoms: geometry?.symbols.length ?? null,
    forgetsJobDir: Number(forgetsJobDir),
    oldCharge: record.charge,
    oldMultiplicity: record.multiplicity,
    oldGeometry: record.geometry,
  };
}

/** One row of the audit; a value is stored as text. */
type Change = { field: string; old: string | null; next: string | null };

function listChanges({ record, charge, multiplicity, geometry, isRequeued }: Correction): Change[] {
  const changes: Change[] = [];
  const add = (field: string, old: unknown, next: string | number | undefined): void => {
    if (next !== undefined) changes.push({ field, old: textOf(old), next: String(next) });
  };
  add('charge', record.charge, charge);
  add('multiplicity', record.multiplicity, multiplicity);
  add('geometry', record.geometry, geometry?.text);
  if (isRequeued) add('status', record.status, 'to_run');
  if (isRequeued && record.failCount > 0) add('fail_count', record.failCount, 0);
  return changes;
}

function textOf(value: unknown): string | null {
  return typeof value === 'string' ? value : typeof value === 'number' ? String(value) : null;
}
