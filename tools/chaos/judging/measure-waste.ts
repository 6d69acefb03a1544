import { groupBy } from './group-by.ts';
import type { LoggedRun } from './parse-run-log.ts';
import type { TableRow } from './read-table.ts';

export interface Waste {
  starts: number;
  /** Starts beyond the first of each attempt. */
  redundantStarts: number;
  workedSeconds: number;
  /** Of runs whose result is not the one that counts. */
  wastedSeconds: number;
}

/**
 * What was computed in vain. The run that counts is the one that started when the result says.
 * @param toUptime turns ms since the epoch into seconds since the machine started
 */
export function measureWaste(
  runs: readonly LoggedRun[],
  rows: readonly TableRow[],
  toUptime: (epochMs: number) => number,
): Waste {
  const startOf = new Map(
    rows.flatMap(({ jobId, startedAt }) =>
      jobId === null || startedAt === null ? [] : [[jobId, toUptime(Date.parse(startedAt))] as const],
    ),
  );
  const waste = { starts: runs.length, redundantStarts: 0, workedSeconds: 0, wastedSeconds: 0 };
  for (const [jobId, ofOneJob] of groupBy(runs, (run) => run.jobId)) {
    waste.redundantStarts += ofOneJob.length - 1;
    const startedAt = startOf.get(jobId);
    const distance = (run: LoggedRun): number => Math.abs(run.startedAt - (startedAt ?? 0));
    const [counting] = startedAt === undefined ? [] : ofOneJob.toSorted((a, b) => distance(a) - distance(b));
    for (const run of ofOneJob) {
      const seconds = (run.endedAt ?? run.startedAt) - run.startedAt;
      waste.workedSeconds += seconds;
      if (run !== counting) waste.wastedSeconds += seconds;
    }
  }
  return waste;
}
