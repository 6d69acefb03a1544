import type { AuditChange, AuditReport } from '../../producer/audit/audit-queue.ts';
import type { RecoveryStep } from '../../reconciler/recover-report.ts';
import type { SweepReport } from '../../reconciler/sweep-finished.ts';
import type { Stops } from '../../workflow/attempts/note-endings.ts';
import { nameRecord, type NamesOf } from '../../core/job/name-record.ts';
import { renderStops } from './stop-node.ts';

/** The shape of `oact recover --json`. */
export interface RecoveryReport {
  dryRun: boolean;
  /** Jobs that were finished on the queue; null in a dry run and without the queue. */
  sweep: SweepReport | null;
  /** Everything that was done to a record, and what is left to a user. */
  records: RecoveryStep[];
  /** What failures that are all alike stopped: those of the sweep and those found on disk. */
  stops: Stops;
  /** Whether the consumers of stopped nodes were asked to end. */
  drained: boolean;
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

/** @param namesOf of the records that are named */
export function renderRecovery(report: RecoveryReport, isVerbose: boolean, namesOf: NamesOf): string {
  const { sweep, records, audit } = report;
  const of = (kind: RecoveryStep['kind']): RecoveryStep[] => records.filter((step) => step.kind === kind);
  const left = of('left');
  return [
    ...renderStops(report.stops, report.drained),
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
    ...renderSteps(isVerbose ? records.filter((step) => step.kind !== 'left') : [], true, namesOf),
    ...(isVerbose ? report.jobs.map(({ kind, jobId, reason }) => `  job ${jobId}: ${reason ?? kind}`) : []),
    ...(left.length > 0 ? [`${left.length} records are unchanged:`] : []),
    ...renderSteps(left, isVerbose, namesOf),
    ...(report.interrupted ? ['Interrupted: run the command again for the rest.'] : []),
    ...(report.dryRun ? ['Dry run: nothing was written.'] : []),
  ].join('\n');
}

/** The first few records, or all, with the reason of each. */
export function renderSteps(steps: readonly RecoveryStep[], isVerbose: boolean, namesOf: NamesOf): string[] {
  const shown = isVerbose ? steps : steps.slice(0, namedRecords);
  const names = namesOf(shown.map(({ recordId }) => recordId));
  const more = steps.length - shown.length;
  return [
    ...shown.map(
      ({ recordId, outcome, reason }) =>
        `  record ${nameRecord(recordId, names.get(recordId))}${outcome === null ? '' : ` ${outcome}`}: ${reason}`,
    ),
    ...(more > 0 ? [`  … and ${more} more; see --verbose`] : []),
  ];
}
