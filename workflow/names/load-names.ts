import { chunksOf } from '../database/chunks-of.ts';
import { withRetry } from '../database/with-retry.ts';
import type { Workflow } from '../database/workflow.ts';
import { hasNames } from './name-column.ts';

/** The chemist's own names of these records; a record without one is not among them. */
export function loadNames(workflow: Workflow, ids: readonly number[]): Map<number, string> {
  if (ids.length === 0 || !hasNames(workflow)) return new Map();
  const select = workflow.db.prepare<[string], { id: number; name: string }>(
    `select record_id as id, name from oact_names
     where record_id in (select value from json_each(?)) and name is not null`,
  );
  return new Map(
    chunksOf(ids).flatMap((chunk) =>
      withRetry(workflow, () => select.all(JSON.stringify(chunk))).map(({ id, name }) => [id, name] as const),
    ),
  );
}
