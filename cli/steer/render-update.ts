import type { RecoveryStep } from '../../reconciler/recover-report.ts';
import type { Stops } from '../../workflow/attempts/note-endings.ts';
import type { NamesOf } from '../../core/job/name-record.ts';
import { renderSteps } from '../serve/render-recovery.ts';
import { renderStops } from '../serve/stop-node.ts';

/** The shape of `oact update --json`. */
export interface UpdateReport {
  dryRun: boolean;
  looked: number;
  records: RecoveryStep[];
  /** What failures that are all alike stopped. */
  stops: Stops;
  /** Whether the consumers of stopped nodes were asked to end. */
  drained: boolean;
  interrupted: boolean;
}

/** What was, or would be, written, and what a user should look at. */
export function renderUpdate(
  { dryRun, looked, records, interrupted, stops, drained }: UpdateReport,
  isVerbose: boolean,
  namesOf: NamesOf,
): string {
  const changed = records.filter(({ kind }) => kind !== 'left');
  const left = records.filter(({ kind }) => kind === 'left');
  const count = (outcome: RecoveryStep['outcome']): number =>
    changed.filter((step) => step.outcome === outcome).length;
  return [
    ...renderStops(stops, drained),
    `${looked} records checked: on disk ${count('completed')} completed, ${count('failed')} failed, ${count('timed_out')} timed out`,
    ...renderSteps(changed, isVerbose, namesOf),
    ...(left.length > 0 ? [`${left.length} records are unchanged:`] : []),
    ...renderSteps(left, isVerbose, namesOf),
    ...(interrupted ? ['Interrupted: run the command again for the rest.'] : []),
    ...(dryRun ? ['Nothing was written yet.'] : []),
  ].join('\n');
}
