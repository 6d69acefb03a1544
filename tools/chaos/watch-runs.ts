import { existsSync, readFileSync, readlinkSync } from 'node:fs';
import { type LoggedRun, parseRunLog } from './judging/parse-run-log.ts';
import { readUptime } from './read-uptime.ts';

/** When each run was last seen alive, in seconds since the machine started: ORCA that is killed says no last word. */
export interface RunWatch {
  /** By run directory. */
  lastSeen: ReadonlyMap<string, number>;
  stop(): void;
}

/** Tighter than that, the watch would take a share of the machine that the campaign needs. */
const watchMs = 200;

export function watchRuns(logPath: string): RunWatch {
  const lastSeen = new Map<string, number>();
  const watch = (): void => {
    if (!existsSync(logPath)) return;
    const now = readUptime();
    const running = parseRunLog(readFileSync(logPath, 'utf8')).filter(({ endedAt }) => endedAt === null);
    for (const run of running) if (isRunning(run)) lastSeen.set(run.runDir, now);
  };
  const timer = setInterval(watch, watchMs);
  return { lastSeen, stop: () => clearInterval(timer) };
}

/** Its process works in its directory still; another one that got its id does not. */
function isRunning({ pid, runDir }: LoggedRun): boolean {
  try {
    return readlinkSync(`/proc/${pid}/cwd`) === runDir;
  } catch {
    return false;
  }
}
