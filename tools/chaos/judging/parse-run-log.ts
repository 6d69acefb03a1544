/** One start of the chaos ORCA. Times are seconds since the machine started. */
export interface LoggedRun {
  jobId: string;
  pid: number;
  /** The consumer that started it. */
  ownerPid: number;
  runDir: string;
  startedAt: number;
  /** null: it was killed before it could say so. */
  endedAt: number | null;
}

/** The runs of a log, in the order of their starts. */
export function parseRunLog(text: string): LoggedRun[] {
  const runs: LoggedRun[] = [];
  const running = new Map<number, LoggedRun>();
  for (const line of text.split('\n')) {
    const match = /^(start|end) (\S+) (\d+) (\d+) (\S+) (.+)$/.exec(line);
    if (!match) continue;
    const [, what, time, pidText, ownerText, jobId = '', runDir = ''] = match;
    const pid = Number(pidText);
    if (what === 'start') {
      const run = { jobId, pid, ownerPid: Number(ownerText), runDir, startedAt: Number(time), endedAt: null };
      runs.push(run);
      running.set(pid, run);
      continue;
    }
    const run = running.get(pid);
    if (run) run.endedAt = Number(time);
    running.delete(pid);
  }
  return runs;
}
