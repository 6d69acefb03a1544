import { energyOf, planOutcome } from './planned-outcome.ts';
import type { TableRow } from './read-table.ts';

/** Rows that are not as they must be, each with what it is instead. */
export interface RowReport {
  unsettled: string[];
  wrong: string[];
  countedTwice: string[];
  failCountWrong: string[];
}

/** What ORCA's death by our hand looks like. */
const deathClasses = ['oom_killed', 'killed_midrun'];

/** @param shotJobs attempts of which we killed a process of ORCA: those may have failed of it */
export function judgeRows(rows: readonly TableRow[], shotJobs: ReadonlySet<string>): RowReport {
  const settled = rows.filter(isSettled);
  return {
    unsettled: rows.filter((row) => !isSettled(row)).map(describeRow),
    wrong: settled.filter((row) => !isRight(row, shotJobs.has(row.jobId ?? ''))).map(describeRow),
    countedTwice: rows
      .filter((row) => row.attempts > 1 || row.failCount > row.failedAttempts)
      .map(describeRow),
    failCountWrong: settled
      .filter((row) => row.failCount !== (row.status === 'failed' ? 1 : 0))
      .map((row) => `${describeRow(row)}, fail_count ${row.failCount}`),
  };
}

function isSettled(row: TableRow): boolean {
  return ['completed', 'failed', 'timeout'].includes(row.status) && row.openAttempts === 0;
}

function isRight(row: TableRow, wasShot: boolean): boolean {
  if (wasShot && row.status === 'failed' && deathClasses.includes(row.failureClass ?? '')) return true;
  const planned = planOutcome(row.id);
  if (planned.kind === 'timed_out') return row.status === 'timeout';
  return planned.kind === 'failed'
    ? row.status === 'failed' && row.failureClass === planned.class
    : row.status === 'completed' && row.finalEnergyHartree === energyOf(row.id);
}

function describeRow(row: TableRow): string {
  const planned = planOutcome(row.id);
  const wanted = planned.kind === 'failed' ? planned.class : planned.kind;
  const words = row.reason ?? row.finalEnergyHartree ?? 'no reason';
  return `record ${row.id}: ${row.status} ${row.failureClass ?? ''} (${words}), planned ${wanted}, ${row.attempts} attempts`;
}
