import { groupBy } from './group-by.ts';
import type { LoggedRun } from './parse-run-log.ts';

export interface OverlapReport {
  /** Attempts on which two ORCAs worked at a time. */
  overlaps: string[];
  /** Directories in which two ORCAs were started, at whatever time. */
  sharedDirs: string[];
}

/**
 * Looks at every pair of runs of each attempt. There is no excuse: not a consumer that was killed or paused, not a
 * Redis that came back empty.
 * @param lastSeen when runs that did not say their end were last seen alive, by run directory
 */
export function judgeOverlaps(
  runs: readonly LoggedRun[],
  lastSeen: ReadonlyMap<string, number>,
): OverlapReport {
  const overlaps: string[] = [];
  const endOf = (run: LoggedRun): number => run.endedAt ?? lastSeen.get(run.runDir) ?? run.startedAt;
  for (const ofOneJob of groupBy(runs, ({ jobId }) => jobId).values()) {
    for (const [index, later] of ofOneJob.entries()) {
      for (const earlier of ofOneJob.slice(0, index)) {
        const seconds = Math.min(endOf(earlier), endOf(later)) - later.startedAt;
        if (endOf(earlier) > later.startedAt) {
          overlaps.push(`${later.jobId}: ${seconds.toFixed(2)} s in ${earlier.runDir} and ${later.runDir}`);
        }
      }
    }
  }
  const starts = groupBy(runs, ({ runDir }) => runDir);
  return {
    overlaps,
    sharedDirs: [...starts].filter(([, inIt]) => inIt.length > 1).map(([runDir]) => runDir),
  };
}
