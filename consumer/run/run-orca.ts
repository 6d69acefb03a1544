import { once } from 'node:events';
import { createWriteStream, type WriteStream } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { OactError } from '../../core/errors.ts';
import type { Logger } from '../../core/logger.ts';
import { listSession, noteLeader } from '../process/list-session.ts';
import { stopStragglers } from '../process/stop-stragglers.ts';
import { stopSession, waitForSession } from '../process/stop-session.ts';
import { cutLargeFiles } from '../files/cut-file.ts';
import { type SizeLimits, watchSize } from './watch-size.ts';

export type RunEnding =
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
/** setTimeout's limit, 25 days; a longer time limit is as good as none. */
const longestTimerMs = 2 ** 31 - 1;

/**
 * Runs ORCA in its own session, output to files (a pipe that nobody drains would stop it), stdin from
 * /dev/null. Resolves only when nothing of the session is left, nor of those who left it and kept the run's TMPDIR.
 * @throws OactError ORCA_NOT_FOUND when the command cannot be started
 */
export async function runOrca(options: RunOptions): Promise<RunEnding> {
  const [stdout, stderr] = await openOutputs(options.runDir);
  options.beforeStart?.();
  if (options.stop.aborted) {
    stdout.destroy();
    stderr.destroy();
    return { kind: 'interrupted' };
  }
  const [file, ...args] = options.command;
  // `detached` is setsid(2). execa's own clean-up does not reach a session, so stopSession does it.
  const child = execa(file, args, {
    cwd: options.workDir ?? options.runDir,
    env: options.env,
    extendEnv: false,
    stdin: 'ignore',
    stdout,
    stderr,
    detached: true,
    cleanup: false,
    reject: false,
    buffer: false,
  });
  const exited = child.then((result) => {
    if (child.pid === undefined) {
      throw new OactError(
        'ORCA_NOT_FOUND',
        `'${file}' could not be started: ${result.originalMessage ?? result.shortMessage}`,
        {
          hint: 'Check the ORCA path and that taskset (util-linux) is installed.',
        },
      );
    }
    return { kind: 'exited' as const, exitCode: result.exitCode ?? null, signal: result.signal ?? null };
  });
  const forget = child.pid === undefined ? undefined : noteLeader(child.pid);
  try {
    if (child.pid === undefined) return await exited;
    options.onStart?.(child.pid);
    const ending = await endOfSession(child.pid, exited, options);
    if (options.tmpDir !== undefined) await stopStragglers(options.tmpDir, child.pid, options.log);
    if (ending.kind === 'too_large') await cutFiles(options, ending.why);
    return ending;
  } finally {
    forget?.();
    stdout.destroy();
    stderr.destroy();
  }
}

/** Both files or none: a consumer lives for days and may not keep the one when the other cannot be opened. */
async function openOutputs(dir: string): Promise<[WriteStream, WriteStream]> {
  const stdout = await openOutput(join(dir, 'orca.out'));
  try {
    return [stdout, await openOutput(join(dir, 'orca.err'))];
  } catch (error) {
    stdout.destroy();
    throw error;
  }
}

/** An open file: the child inherits its descriptor and writes past this process. */
async function openOutput(path: string): Promise<WriteStream> {
  const stream = createWriteStream(path);
  await once(stream, 'open');
  return stream;
}

async function endOfSession(
  sessionId: number,
  exited: Promise<RunEnding>,
  options: RunOptions,
): Promise<RunEnding> {
  const { killGraceMs, lingerMs } = options.patience ?? usualPatience;
  const cut = cutShort(options);
  const first = await Promise.race([exited, cut.happened]);
  cut.forget();
  // This process may have been paused: the limit then passes in the moment in which an ORCA that ended in time is noticed.
  const ending = listSession(sessionId).length === 0 ? await exited : first;
  const isGone =
    ending.kind === 'exited' && (await waitForSession(sessionId, lingerMs))
      ? true
      : await stopSession(sessionId, killGraceMs, options.force);
  if (!isGone) throw new OactError('INTERNAL', `processes of session ${sessionId} survived SIGKILL`);
  return ending;
}

/** Before anything reads them or copies them, and so that the disk has room again for the others. */
async function cutFiles(options: RunOptions, why: string): Promise<void> {
  const limit = options.sizeLimits?.outputBytes ?? Infinity;
  const dirs = [...new Set([options.runDir, options.workDir ?? options.runDir])];
  const files = (await Promise.all(dirs.map((dir) => cutLargeFiles(dir, limit)))).flat();
  options.log?.error(
    { why, files },
    'ORCA wrote without end and was stopped; the middle of its files is gone',
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
