import { withRetry } from '../database/with-retry.ts';
import type { Workflow } from '../database/workflow.ts';

/** Failure classes that any attempt has had, by name. The index of classes is asked once for each, not read. */
export function listClasses(workflow: Workflow): string[] {
  const select = workflow.db
    .prepare<[], string>(
      `with recursive known(class) as (
         select min(class) from oact_attempts where class is not null
         union all
         select (select min(class) from oact_attempts where class is not null and class > known.class) from known where known.class is not null)
       select class from known where class is not null`,
    )
    .pluck();
  return withRetry(workflow, () => select.all());
}
