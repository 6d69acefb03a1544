import type { Wounds } from './chaos-world.ts';
import { groupBy } from './group-by.ts';
import type { LoggedRun } from './parse-run-log.ts';

/**
 * Why a second run of an attempt may start while the first one still works, in a directory of its own: its consumer was
 * killed and nobody is left to stop it; or is stopped itself; or the lock was lost with all the rest, of which its
 * consumer learns at the next renewal.
 */
type OverlapCause =
  'orphan of a killed consumer' | 'consumer paused beyond its lock' | 'Redis came back empty';

export interface OverlapReport {
  excused: Record<OverlapCause, number>;
  /** Attempts with two runs at a time and no excuse. */
  unexcused: string[];
  /** Directories in which two runs of ORCA were started. */
  sharedDirs: string[];
}

/** Looks at every pair of consecutive runs of each attempt. */
export function judgeOverlaps(runs: readonly LoggedRun[], wounds: Wounds): OverlapReport {
  const excused: Record<OverlapCause, number> = {
    'orphan of a killed consumer': 0,
    'consumer paused beyond its lock': 0,
    'Redis came back empty': 0,
  };
  const unexcused: string[] = [];
  for (const ofOneJob of groupBy(runs, ({ jobId }) => jobId).values()) {
    for (const [index, later] of ofOneJob.entries()) {
      for (const earlier of ofOneJob.slice(0, index)) {
        const endedAt = earlier.endedAt ?? wounds.shot.get(earlier.pid) ?? Infinity;
        if (endedAt <= later.startedAt) continue;
        const cause = findCause(earlier, later, wounds);
        if (cause) excused[cause] += 1;
        else unexcused.push(describe(earlier, later, endedAt));
      }
    }
  }
  const starts = groupBy(runs, ({ runDir }) => runDir);
  const sharedDirs = [...starts].filter(([, inIt]) => inIt.length > 1).map(([runDir]) => runDir);
  return { excused, unexcused, sharedDirs };
}

function findCause(earlier: LoggedRun, later: LoggedRun, wounds: Wounds): OverlapCause | undefined {
  const killedAt = wounds.orphaned.get(earlier.ownerPid);
  if (killedAt !== undefined && killedAt <= later.startedAt) return 'orphan of a killed consumer';
  const wasPaused = wounds.paused.some(
    ({ pid, from, to }) => pid === earlier.ownerPid && from <= later.startedAt && to >= earlier.startedAt,
  );
  if (wasPaused) return 'consumer paused beyond its lock';
  const wasEmptied = wounds.emptiedAt.some((at) => at >= earlier.startedAt && at <= later.startedAt);
  return wasEmptied ? 'Redis came back empty' : undefined;
}

function describe(earlier: LoggedRun, later: LoggedRun, endedAt: number): string {
  const seconds = Math.min(endedAt, later.endedAt ?? Infinity) - later.startedAt;
  return `${earlier.jobId}: ${seconds.toFixed(2)} s in ${earlier.runDir} and ${later.runDir}`;
}
