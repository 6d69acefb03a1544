import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { OactError } from '../../core/errors.ts';
import type { Logger } from '../../core/logger.ts';
import { isNothingLeft } from '../process/find-leftovers.ts';
import { listSession, noteLeader } from '../process/list-session.ts';
import { type LaunchedRun, type Launcher, LauncherGone } from '../process/start-launcher.ts';
import { stopStragglers } from '../process/stop-stragglers.ts';
import { stopSession, waitForSession } from '../process/stop-session.ts';
import { cutLargeFiles } from '../files/cut-file.ts';
import { type SizeLimits, watchSize } from './watch-size.ts';

export type RunEnding =
  /** Both null: the launcher that would know was killed. */
  | { kind: 'exited'; exitCode: number | null; signal: string | null }
  | { kind: 'timed_out' }
  /** It wrote more than a run may; its files are cut by now. */
  | { kind: 'too_large'; why: string }
  | { kind: 'interrupted' };

export interface RunOptions {
  command: [string, ...string[]];
  /** Where its output goes. */
  runDir: string;
  /** Where it works, if not there. */
  workDir?: string;
  env: Record<string, string>;
  timeLimitSeconds: number;
  /** undefined: it may write what it likes. */
  sizeLimits?: SizeLimits | undefined;
  launcher: Pick<Launcher, 'start'>;
  /** When it must not start any more, nor continue without a guard, ms of `monotonicMs`; asked at the start. */
  untilMs?: () => number;
  /** Ends the run: a drain, a lost lock. */
  stop: AbortSignal;
  /** Skips the grace between TERM and KILL. */
  force: AbortSignal;
  /** The last chance to abort `stop` before ORCA exists. */
  beforeStart?: () => void;
  onStart?: (pid: number) => void;
  /** The TMPDIR of this run: by it processes are found that left the session. */
  tmpDir?: string;
  log?: Logger;
  /** Shorter in tests. */
  patience?: Patience;
}

interface Patience {
  /** Between TERM and KILL: mpirun and its ranks end within a second or two when they end at all. */
  killGraceMs: number;
  /** How long processes may outlive ORCA itself before they are stopped: ranks and mpirun daemons leave late. */
  lingerMs: number;
}

const usualPatience: Patience = { killGraceMs: 10_000, lingerMs: 10_000 };
/** Between two looks at a run whose end nobody reports. */
const unknownMs = 250;
/** For the launcher to say how an ORCA ended that has gone; one that hangs never does. */
const reportMs = 5000;
/** setTimeout's limit, 25 days; a longer time limit is as good as none. */
const longestTimerMs = 2 ** 31 - 1;

/**
 * Runs ORCA in its own session, output to files (a pipe that nobody drains would stop it), stdin from
 * /dev/null. Resolves only when nothing of the session is left, nor of those who left it and kept the run's TMPDIR.
 * @throws OactError ORCA_NOT_FOUND when the command cannot be started; NODE_FAULT when its launcher was killed meanwhile
 */
export async function runOrca(options: RunOptions): Promise<RunEnding> {
  const run = await launch(options);
  if (run === undefined) return { kind: 'interrupted' };
  const forget = noteLeader(run.pid, run.forks);
  try {
    options.onStart?.(run.pid);
    run.guarded();
    const ending = await endOfSession(run, options);
    if (ending.kind === 'too_large') await cutFiles(options, ending.why);
    return ending;
  } finally {
    forget();
  }
}

/** @returns undefined when it must not start any more */
async function launch(options: RunOptions): Promise<LaunchedRun | undefined> {
  for (;;) {
    options.beforeStart?.();
    if (options.stop.aborted) return undefined;
    const request = {
      command: options.command,
      cwd: options.workDir ?? options.runDir,
      env: options.env,
      stdout: join(options.runDir, 'orca.out'),
      stderr: join(options.runDir, 'orca.err'),
      untilMs: options.untilMs?.() ?? null,
    };
    try {
      const run = await options.launcher.start(request, options.stop);
      // The lock may have been renewed while the launcher hung.
      if (run !== 'too_late') return run;
    } catch (error) {
      if (error instanceof LauncherGone) await stopUnknown(options);
      throw error;
    }
  }
}

/** Ends an ORCA that the launcher may have started in its last moment. */
async function stopUnknown({ tmpDir, log }: RunOptions): Promise<void> {
  await delay(unknownMs);
  if (tmpDir !== undefined) await stopStragglers(tmpDir, 0, log);
}

async function endOfSession(run: LaunchedRun, options: RunOptions): Promise<RunEnding> {
  const { pid: sessionId } = run;
  const { killGraceMs, lingerMs } = options.patience ?? usualPatience;
  const exited = endOf(run);
  const cut = cutShort(options);
  const first = await Promise.race([exited, cut.happened]);
  cut.forget();
  if (first.kind === 'exited' && isNothingLeft(sessionId, options.tmpDir)) return first;
  // This process may have been paused: the limit then passes in the moment in which an ORCA that ended in time is noticed.
  const hasEnded = first.kind !== 'exited' && listSession(sessionId).length === 0;
  const ending = hasEnded ? await Promise.race([exited, delay(reportMs, first, { ref: false })]) : first;
  const isGone =
    ending.kind === 'exited' && (await waitForSession(sessionId, lingerMs))
      ? true
      : await stopSession(sessionId, killGraceMs, options.force);
  if (!isGone) throw new OactError('INTERNAL', `processes of session ${sessionId} survived SIGKILL`);
  if (options.tmpDir !== undefined) await stopStragglers(options.tmpDir, sessionId, options.log);
  return ending;
}

/** When the launcher was killed, nobody reports how ORCA ends: it runs on, and has ended when nothing of its session is left. */
async function endOf({ pid, exited }: LaunchedRun): Promise<RunEnding> {
  const status = await exited;
  if (status !== 'unknown') return { kind: 'exited', ...status };
  while (listSession(pid).length > 0) await delay(unknownMs, undefined, { ref: false });
  return { kind: 'exited', exitCode: null, signal: null };
}

/** Before anything reads them or copies them, and so that the disk has room again for the others. */
async function cutFiles(options: RunOptions, why: string): Promise<void> {
  const limit = options.sizeLimits?.outputBytes ?? Infinity;
  const dirs = [...new Set([options.runDir, options.workDir ?? options.runDir])];
  const files = (await Promise.all(dirs.map((dir) => cutLargeFiles(dir, limit)))).flat();
  options.log?.error(
    { why, files },
    'ORCA exceeded its output limit and was stopped; the middle of its files was removed',
  );
}

/** The ways a run is ended from outside; the first one counts. */
function cutShort(options: RunOptions): { happened: Promise<RunEnding>; forget: () => void } {
  let timer: NodeJS.Timeout | undefined;
  let interrupt: (() => void) | undefined;
  const { runDir, workDir = runDir, sizeLimits } = options;
  const sizes = sizeLimits && watchSize(runDir, [runDir, workDir], sizeLimits);
  const happened = new Promise<RunEnding>((resolve) => {
    interrupt = () => resolve({ kind: 'interrupted' });
    if (options.stop.aborted) interrupt();
    options.stop.addEventListener('abort', interrupt, { once: true });
    const limitMs = options.timeLimitSeconds * 1000;
    void sizes?.tooLarge.then((why) => resolve({ kind: 'too_large', why }));
    if (limitMs <= longestTimerMs) timer = setTimeout(() => resolve({ kind: 'timed_out' }), limitMs);
  });
  return {
    happened,
    forget: () => {
      clearTimeout(timer);
      sizes?.stop();
      if (interrupt) options.stop.removeEventListener('abort', interrupt);
    },
  };
}
