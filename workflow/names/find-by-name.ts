import { withRetry } from '../database/with-retry.ts';
import type { Workflow } from '../database/workflow.ts';
import { hasNames } from './name-column.ts';

/** Ids of the records with this name, ascending; when there is none, of those whose name differs in letter case only. */
export function findByName(workflow: Workflow, name: string): number[] {
  if (!hasNames(workflow)) return [];
  const find = (condition: string): number[] => {
    const sql = `select id from structures where id in (select record_id from oact_names where ${condition}) order by id`;
    const select = workflow.db.prepare<[string], number>(sql).pluck();
    return withRetry(workflow, () => select.all(name));
  };
  const exact = find('name = ?');
  return exact.length > 0 ? exact : find('name = ? collate nocase');
}
