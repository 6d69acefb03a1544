import type { AuditChange, AuditReport } from '../../producer/audit/audit-queue.ts';
import type { RecoveryStep } from '../../reconciler/recover-report.ts';
import type { SweepReport } from '../../reconciler/sweep-finished.ts';

/** The shape of `oact recover --json`. */
export interface RecoveryReport {
  dryRun: boolean;
  /** Jobs that were finished on the queue; null in a dry run and without the queue. */
  sweep: SweepReport | null;
  /** Everything that was done to a record, and what is left to a person. */
  records: RecoveryStep[];
  /** null without the queue. */
  audit: AuditReport | null;
  jobs: AuditChange[];
  /** Stopped by a signal before it was through. */
  interrupted: boolean;
}

/** Records that are named without --verbose. */
const namedRecords = 5;

/** Whether database or queue were changed, or would be. */
export function hasRecovered({ sweep, records, audit }: RecoveryReport): boolean {
  const done = records.filter((step) => step.kind !== 'left').length + (sweep?.settled ?? 0);
  if (audit === null) return done > 0;
  const { readded, refused, overruled, misjudged, withdrawn, released, cancelled } = audit;
  return done + readded + refused + overruled + misjudged + withdrawn + released + cancelled > 0;
}

export function renderRecovery(report: RecoveryReport, isVerbose: boolean): string {
  const { sweep, records, audit } = report;
  const of = (kind: RecoveryStep['kind']): RecoveryStep[] => records.filter((step) => step.kind === kind);
  const left = of('left');
  return [
    ...(sweep ? [`queue:    ${sweep.settled} finished jobs settled`] : []),
    `disk:     ${of('settled').length} open attempts settled, ${of('adopted_result').length} results and ${of('adopted_run').length} runs of other tools adopted, ${of('restored').length} records restored that another tool had changed`,
    ...(audit
      ? [
          `queue:    ${audit.readded} added again, ${audit.refused} refused, ${audit.withdrawn} withdrawn`,
          ...(audit.cancelled > 0 ? [`queue:    ${audit.cancelled} cancelled`] : []),
          ...(audit.released > 0 ? [`queue:    ${audit.released} of stopped batches released`] : []),
          `database: ${audit.overruled} attempts closed because another tool deleted or reset their records`,
          ...(audit.misjudged > 0
            ? [
                `database: ${audit.misjudged} records set back to running that another tool had changed too early`,
              ]
            : []),
        ]
      : ['queue:    not checked (--no-queue)']),
    ...renderSteps(isVerbose ? records.filter((step) => step.kind !== 'left') : [], true),
    ...(isVerbose ? report.jobs.map(({ kind, jobId, reason }) => `  job ${jobId}: ${reason ?? kind}`) : []),
    ...(left.length > 0 ? [`${left.length} records are unchanged:`] : []),
    ...renderSteps(left, isVerbose),
    ...(report.interrupted ? ['Interrupted: run the command again for the rest.'] : []),
    ...(report.dryRun ? ['Dry run: nothing was written.'] : []),
  ].join('\n');
}

function renderSteps(steps: RecoveryStep[], isVerbose: boolean): string[] {
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
