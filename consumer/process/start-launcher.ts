import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import { findPackageRoot } from '../../core/config/package-root.ts';
import { OactError } from '../../core/errors.ts';
import type { Logger } from '../../core/logger.ts';
import { countForksLately } from './process-counters.ts';
import { type LaunchReport, type LaunchRequest, parseReport, renderMessage } from './launch-message.ts';

/** How a run ended; `unknown` when the launcher, which alone is told, was killed before. */
type ExitStatus = { exitCode: number | null; signal: string | null } | 'unknown';

export interface LaunchedRun {
  /** Also that of its session. */
  pid: number;
  /** Processes that this machine had started before it, at most; see `noteLeader`. */
  forks: number | undefined;
  exited: Promise<ExitStatus>;
  /** To be called when a guard watches it: until then the launcher does, should this process be killed or paused. */
  guarded(): void;
}

/** Starts ORCAs for this process. */
export interface Launcher {
  /**
   * @param stop while it is aborted nobody waits for long: a start that hangs with its file system is given up
   * @returns `too_late` when its deadline passed before it could be started: nothing was
   * @throws OactError ORCA_NOT_FOUND when the command cannot be started; the system error when an output cannot be opened
   */
  start(request: LaunchRequest, stop: AbortSignal): Promise<LaunchedRun | 'too_late'>;
  stop(): Promise<void>;
}

/** The launcher was killed while a start was under way: whether ORCA was started is not known. */
export class LauncherGone extends OactError {
  constructor() {
    super('NODE_FAULT', 'the launcher of ORCA was ended while it started a run', {
      hint: 'Something on this node killed it: look for its out-of-memory killer.',
    });
  }
}

const farewellMs = 2000;
/** Within the time that a drain leaves for TERM and KILL. */
const hangingStartMs = 30_000;

/** What a start waits for. */
interface Waiting {
  started: (pid: number) => void;
  tooLate: () => void;
  failed: (error: unknown) => void;
  exited: (status: ExitStatus) => void;
}

/**
 * Starts the launcher in a session of its own, out of reach of Ctrl+C. One that was killed is replaced at the next start.
 * @param hangingMs how long a start may hang that nobody needs any more; shorter in tests
 */
export function startLauncher(log: Logger, hangingMs = hangingStartMs): Launcher {
  const script = join(findPackageRoot(), 'dist', 'consumer', 'process', 'launcher.js');
  const waiting = new Map<number, Waiting>();
  let isStopping = false;
  let lastId = 0;
  let launcher: ReturnType<typeof spawnLauncher> | undefined = spawnLauncher();

  function spawnLauncher() {
    if (!existsSync(script))
      throw new OactError('INTERNAL', `the launcher of ORCA is not at ${script}`, {
        hint: 'Run npm run build.',
      });
    const child = spawn(process.execPath, ['--max-old-space-size=32', '--max-semi-space-size=1', script], {
      detached: true,
      stdio: ['pipe', 'pipe', 'ignore'],
    });
    child.stdin.on('error', () => undefined);
    let why = '';
    child.once('error', (error) => (why = error.message));
    const reports = createInterface({ input: child.stdout });
    reports.on('line', (line) => {
      const report = parseReport(line);
      if (report !== undefined) hear(report);
    });
    const mine = new Set<number>();
    // Behind the end of its output: its last words have been read.
    child.once('close', (code, signal) => {
      if (launcher?.child === child) launcher = undefined;
      if (!isStopping)
        log.warn({ code, signal, why, runs: mine.size }, 'the launcher of ORCA ended; starting another one');
      for (const id of mine) {
        waiting.get(id)?.failed(new LauncherGone());
        waiting.get(id)?.exited('unknown');
        waiting.delete(id);
      }
    });
    return { child, mine };
  }

  function hear(report: LaunchReport): void {
    const { id } = report;
    const entry = waiting.get(id);
    if (!entry) return;
    if (report.kind === 'started') return entry.started(report.pid);
    waiting.delete(id);
    launcher?.mine.delete(id);
    if (report.kind === 'exited') entry.exited({ exitCode: report.exitCode, signal: report.signal });
    else if (report.kind === 'too_late') entry.tooLate();
    else entry.failed(toError(report));
  }

  return {
    async start(request, stop) {
      const { child, mine } = (launcher ??= spawnLauncher());
      lastId += 1;
      const id = lastId;
      const forks = countForksLately();
      const guarded = (): void => void child.stdin.write(renderMessage({ kind: 'guarded', id }));
      const run = new Promise<LaunchedRun | 'too_late'>((resolve, failed) => {
        const exited = new Promise<ExitStatus>((end) => {
          waiting.set(id, {
            started: (pid) => resolve({ pid, forks, exited, guarded }),
            tooLate: () => resolve('too_late'),
            failed,
            exited: end,
          });
        });
      });
      mine.add(id);
      child.stdin.write(renderMessage({ kind: 'start', id, ...request }));
      return untilHanging(run, stop, hangingMs, () => {
        log.error(
          { command: request.command },
          'the start of ORCA hangs and blocks the launcher: killing the launcher',
        );
        child.kill('SIGKILL');
      });
    },
    async stop() {
      isStopping = true;
      const child = launcher?.child;
      if (child === undefined) return;
      child.stdin.end();
      await Promise.race([once(child, 'close'), delay(farewellMs, undefined, { ref: false })]);
    },
  };
}

/** Calls `giveUp` when the start is still not answered some time after `stop`. */
async function untilHanging<T>(
  start: Promise<T>,
  stop: AbortSignal,
  hangingMs: number,
  giveUp: () => void,
): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const onStop = (): void => {
    timer = setTimeout(giveUp, hangingMs);
  };
  stop.addEventListener('abort', onStop, { once: true });
  try {
    return await start;
  } finally {
    stop.removeEventListener('abort', onStop);
    clearTimeout(timer);
  }
}

function toError(failure: Extract<LaunchReport, { kind: 'failed' }>): Error {
  const { step, code, message } = failure;
  if (step === 'open') return Object.assign(new Error(message), { ...(code !== null && { code }) });
  return new OactError('ORCA_NOT_FOUND', `ORCA could not be started: ${message}`, {
    hint: 'Check the ORCA path and that taskset (util-linux) is installed.',
  });
}
