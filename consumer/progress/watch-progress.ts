import { jobFieldsOf } from '../../core/job/job-fields.ts';
import type { Logger } from '../../core/logger.ts';
import { followOutput, type GrowingOutput } from './follow-output.ts';
import type { HeldJob } from '../queue/held-job.ts';
import { judgeOverdue, readUpperSeconds, stallMsFor } from './judge-time.ts';
import { judgeSilence, noSilence, type Silence } from './judge-silence.ts';
import { measureCpu } from '../process/measure-cpu.ts';
import type { JobProgress, OutputProgress } from '../../core/progress/job-progress.ts';

export interface WatchLimits {
  /** How often each run is looked at. */
  lookMs: number;
  /** A run that neither writes nor computes for so long stalls. */
  stallMs: number;
}

export const usualWatchLimits: WatchLimits = { lookMs: 10_000, stallMs: 600_000 };

/** CPU time is measured this often within `stallMs`: it matters for nothing else, and looks at every process of the node. */
const cpuLooks = 10;

interface WatchedRun {
  output: GrowingOutput;
  silence: Silence;
  cpu: { seconds: number; atMs: number } | undefined;
  busyCores: number | null;
  sinceMs: number;
  upperSeconds: number | undefined;
  isOverdue: boolean;
}

/**
 * Looks at all running jobs, one after the other, and keeps with each how far it is; the next announcement tells it. Stops nothing: a
 * run that stalls is logged once, and once more when it resumes. One timer for all; on a file system that hangs, what is known grows old.
 */
export function watchProgress(
  held: ReadonlySet<HeldJob>,
  limits: WatchLimits,
  log: Logger,
): { stop: () => void } {
  const runs = new Map<HeldJob, WatchedRun>();
  const stopped = new AbortController();
  const buffer = Buffer.alloc(64 * 1024);
  let isLooking = false;
  let lookedAtMs = performance.now();
  let measuredAtMs = -Infinity;

  const lookAt = async (job: HeldJob, elapsedMs: number, cpuSeconds: number | undefined): Promise<void> => {
    if (job.run === undefined) return;
    const run =
      runs.get(job) ?? startWatching(job.run, buffer, stopped.signal, readUpperSeconds(job.job.data));
    runs.set(job, run);
    const hasGrown = await run.output.look();
    const wasStalled = run.silence.isStalled;
    run.silence = judgeSilence(
      run.silence,
      { elapsedMs, hasGrown, cpuSeconds },
      stallMsFor(limits.stallMs, run.upperSeconds),
    );
    if (cpuSeconds !== undefined) noteCpu(run, cpuSeconds);
    // It may have ended meanwhile.
    if (job.run === undefined) return;
    const overdueSeconds = judgeOverdue(performance.now() - run.sinceMs, run.upperSeconds);
    job.progress = {
      ...composeProgress(run.output.progress(), run.silence, run.busyCores, new Date()),
      ...(overdueSeconds !== undefined && { overdueSeconds }),
    };
    if (overdueSeconds !== undefined && !run.isOverdue) reportOverdue(job, overdueSeconds, log);
    run.isOverdue = overdueSeconds !== undefined;
    if (run.silence.isStalled !== wasStalled) report(job, run.silence, log);
  };
  const look = async (): Promise<void> => {
    const nowMs = performance.now();
    // This process, and with it perhaps the node, may have been paused: nobody was silent for that long.
    const elapsedMs = Math.min(nowMs - lookedAtMs, 2 * limits.lookMs);
    lookedAtMs = nowMs;
    for (const job of runs.keys()) {
      if (job.run !== undefined && held.has(job)) continue;
      runs.delete(job);
      job.progress = undefined;
    }
    const running = [...held].filter(({ run }) => run !== undefined);
    const shortestMs = Math.min(
      ...running.map(({ job }) => stallMsFor(limits.stallMs, readUpperSeconds(job.data))),
    );
    const isDue = running.length > 0 && nowMs - measuredAtMs >= shortestMs / cpuLooks;
    if (isDue) measuredAtMs = nowMs;
    const sessions = new Set(running.flatMap(({ sessionId }) => sessionId ?? []));
    const cpu = isDue ? measureCpu(sessions) : undefined;
    for (const job of running) await lookAt(job, elapsedMs, cpu?.get(job.sessionId ?? 0));
  };
  const timer = setInterval(() => {
    if (isLooking) return;
    isLooking = true;
    void look()
      .catch((error: unknown) => log.warn({ err: error }, 'running jobs could not be looked at'))
      .finally(() => (isLooking = false));
  }, limits.lookMs);
  timer.unref();
  return {
    stop() {
      clearInterval(timer);
      stopped.abort();
    },
  };
}

function startWatching(
  { dir, ended }: NonNullable<HeldJob['run']>,
  buffer: Buffer,
  stopped: AbortSignal,
  upperSeconds: number | undefined,
): WatchedRun {
  const output = followOutput(dir, buffer, AbortSignal.any([ended, stopped]));
  return {
    output,
    silence: noSilence,
    cpu: undefined,
    busyCores: null,
    sinceMs: performance.now(),
    upperSeconds,
    isOverdue: false,
  };
}

function noteCpu(run: WatchedRun, seconds: number): void {
  const atMs = performance.now();
  if (run.cpu) {
    const cores = (1000 * (seconds - run.cpu.seconds)) / (atMs - run.cpu.atMs);
    run.busyCores = cores < 0 ? null : cores;
  }
  run.cpu = { seconds, atMs };
}

function report(job: HeldJob, silence: Silence, log: Logger): void {
  const about = { ...jobFieldsOf(job.job.id), slot: job.slot.slot, phase: job.progress?.phase };
  if (!silence.isStalled) log.info(about, 'ORCA is at work again');
  else {
    const seconds = Math.round(Math.min(silence.silentMs, silence.idleMs) / 1000);
    log.warn(
      { ...about, seconds, runDir: job.run?.dir },
      'ORCA stalls: it writes nothing and uses no CPU. It is not stopped',
    );
  }
}

function reportOverdue(job: HeldJob, overdueSeconds: number, log: Logger): void {
  const about = { ...jobFieldsOf(job.job.id), slot: job.slot.slot, phase: job.progress?.phase };
  log.warn(
    { ...about, overdueSeconds, runDir: job.run?.dir },
    'ORCA runs much longer than such jobs take. It is only reported; only the time limit ends it',
  );
}

/** Three digits are enough for people, and the announcement stays small. */
const rounded = (value: number): number => Number(value.toPrecision(3));

const roundedOrNull = (value: number | null): number | null => value && rounded(value);

type Target = NonNullable<NonNullable<OutputProgress['optimization']>['maxGradient']>;
const roundedTarget = (row: Target | null): Target | null =>
  row && { value: rounded(row.value), target: rounded(row.target) };

/** What is announced of a run that was looked at `now`. */
function composeProgress(
  output: OutputProgress,
  silence: Silence,
  busyCores: number | null,
  now: Date,
): JobProgress {
  const { scf, optimization, share } = output;
  const stalledMs = Math.min(silence.silentMs, silence.idleMs);
  return {
    ...output,
    scf: scf && { ...scf, energyChange: roundedOrNull(scf.energyChange) },
    optimization: optimization && {
      ...optimization,
      maxGradient: roundedTarget(optimization.maxGradient),
      rmsGradient: roundedTarget(optimization.rmsGradient),
      energyChange: roundedTarget(optimization.energyChange),
    },
    share: share && { ...share, done: rounded(share.done) },
    seenAt: now.toISOString(),
    silentSeconds: Math.round(silence.silentMs / 1000),
    busyCores: roundedOrNull(busyCores),
    stalledSince: silence.isStalled ? new Date(now.getTime() - stalledMs).toISOString() : null,
  };
}
