import type { RecoveryStep } from '../../reconciler/recover-report.ts';

/** The shape of `oact update --json`. */
export interface UpdateReport {
  dryRun: boolean;
  looked: number;
  records: RecoveryStep[];
  interrupted: boolean;
}

/** Records that are named without --verbose. */
const namedRecords = 5;

/** What was, or would be, written, and what a person should look at. */
export function renderUpdate(
  { dryRun, looked, records, interrupted }: UpdateReport,
  isVerbose: boolean,
): string {
  const changed = records.filter(({ kind }) => kind !== 'left');
  const left = records.filter(({ kind }) => kind === 'left');
  const count = (outcome: RecoveryStep['outcome']): number =>
    changed.filter((step) => step.outcome === outcome).length;
  return [
    `${looked} records checked: on disk ${count('completed')} completed, ${count('failed')} failed, ${count('timed_out')} timed out`,
    ...renderSteps(changed, isVerbose),
    ...(left.length > 0 ? [`${left.length} records are unchanged:`] : []),
    ...renderSteps(left, isVerbose),
    ...(interrupted ? ['Interrupted: run the command again for the rest.'] : []),
    ...(dryRun ? ['Nothing was written yet.'] : []),
  ].join('\n');
}

function renderSteps(steps: readonly RecoveryStep[], isVerbose: boolean): string[] {
  const shown = isVerbose ? steps : steps.slice(0, namedRecords);
  const more = steps.length - shown.length;
  return [
    ...shown.map(
      ({ recordId, outcome, reason }) =>
        `  record ${recordId}${outcome === null ? '' : ` ${outcome}`}: ${reason}`,
    ),
    ...(more > 0 ? [`  … and ${more} more; see --verbose`] : []),
  ];
}
