import { hasOwnTable } from '../schema/own-columns.ts';
import type { Workflow } from '../database/workflow.ts';

/** The chemist's own name of a record as an SQL expression; null in a database that has no names yet. @param id an expression for its id */
export function nameColumn(workflow: Workflow, id: string, column: 'name' | 'source' = 'name'): string {
  return hasNames(workflow) ? `(select ${column} from oact_names where record_id = ${id})` : 'null';
}

/** Whether names can be asked for: a database that is only read stays at the version it has. */
export function hasNames(workflow: Workflow): boolean {
  return hasOwnTable(workflow, 'oact_names');
}
