import { z } from 'zod';
import { chunksOf } from '../database/chunks-of.ts';
import { withRetry } from '../database/with-retry.ts';
import { nameColumn } from '../names/name-column.ts';
import type { Workflow } from '../database/workflow.ts';

/**
 * Other programs write this table too, and SQLite lets any column hold any type: a charge or multiplicity
 * that is no number becomes NaN, so that one spoilt row is refused alone.
 */
const recordRow = z
  .object({
    id: z.int(),
    orig_index: z.int().nullable().catch(null),
    status: z.string().nullable(),
    charge: z.number().nullable().catch(Number.NaN),
    spin: z.number().nullable().catch(Number.NaN),
    geometry: z.string().nullable().catch(null),
    job_dir: z.string().nullable().catch(null),
    fail_count: z.int().nullable().catch(0),
    name: z.string().nullable().catch(null),
  })
  .transform((row) => ({
    id: row.id,
    origIndex: row.orig_index,
    /** NULL is 0. */
    charge: row.charge ?? 0,
    /** 2S+1; NULL is 1. The column is called spin but holds the multiplicity. */
    multiplicity: row.spin ?? 1,
    /** As imported, ångström; blank when the row has none. */
    geometry: row.geometry ?? '',
    jobDir: row.job_dir,
    failCount: row.fail_count ?? 0,
    status: row.status,
    /** The chemist's own; null: it has none. */
    name: row.name,
  }));

/** One row of `structures`, as a job needs it. Never leaves the login node. */
export type JobRecord = z.output<typeof recordRow>;

/** Loads rows with their geometry, in the order of `ids`; unknown ids are left out. */
export function loadRecords(workflow: Workflow, ids: readonly number[]): JobRecord[] {
  const select = workflow.db.prepare<[string]>(`
    select id, orig_index, status, charge, spin, geometry, job_dir, fail_count,
      ${nameColumn(workflow, 'structures.id')} as name
    from structures
    where id in (select value from json_each(?))`);
  return chunksOf(ids).flatMap((chunk) => {
    const rows = withRetry(workflow, () => select.all(JSON.stringify(chunk)));
    const byId = new Map(rows.map((row) => recordRow.parse(row)).map((record) => [record.id, record]));
    return chunk.flatMap((id) => byId.get(id) ?? []);
  });
}
