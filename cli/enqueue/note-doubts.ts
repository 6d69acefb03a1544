import type { Workflow } from '../../workflow/database/workflow.ts';
import type { IdRange } from '../../workflow/records/list-candidates.ts';
import { countUnset } from '../../workflow/records/count-unset.ts';
import { describeUnset } from '../import/describe-unset.ts';
import { showForeignControls } from '../terminal/show-controls.ts';

/** Says on stderr what may not be meant; nothing is refused for it. */
export function noteDoubts(doubts: readonly string[]): void {
  for (const doubt of doubts) process.stderr.write(`note: ${showForeignControls(doubt)}\n`);
}

/** Names the records that would be computed with a charge or multiplicity that no source has said, before anything is spent. */
export function noteUnsaid(workflow: Workflow, ids: readonly IdRange[] | null): void {
  const words = describeUnset(countUnset(workflow, 'waiting', ids));
  if (words !== undefined) noteDoubts([words]);
}
