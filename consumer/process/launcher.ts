import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { messageOf, systemErrorCode } from '../../core/errors.ts';
import { monotonicMs } from '../../core/monotonic-clock.ts';
import { type LaunchOrder, type LaunchReport, parseOrder, renderMessage } from './launch-message.ts';
import { stopSession } from './stop-session.ts';

// The launcher of one consumer, in a process of its own: starts each ORCA in its own session and says how it ended. fork(2) copies the
// page tables of the process that calls it: in the consumer it takes four times as long as here, and nothing else happens meanwhile.
// Opening an output, or the program itself, may hang with its file system: that stops the launcher, not the consumer and not the guard.

const tickMs = 250;
/** For an ORCA that no guard has heard of, whose consumer is paused or dead. */
const graceMs = 300;

/** Runs that no guard watches yet, by process id: until when they may continue without one. */
const unguarded = new Map<number, number>();
const pidOf = new Map<number, number>();
const stops = new Set<Promise<boolean>>();

function report(message: LaunchReport): void {
  process.stdout.write(renderMessage(message));
}

function start(order: Extract<LaunchOrder, { kind: 'start' }>): void {
  const { id, untilMs } = order;
  if (untilMs !== null && monotonicMs() >= untilMs) return report({ kind: 'too_late', id });
  const files: number[] = [];
  try {
    for (const path of [order.stdout, order.stderr]) files.push(openSync(path, 'w'));
    launch(order, files);
  } catch (error) {
    const step = files.length < 2 ? 'open' : 'start';
    report({ kind: 'failed', id, step, code: systemErrorCode(error) ?? null, message: messageOf(error) });
  } finally {
    for (const file of files) closeSync(file);
  }
}

function launch(order: Extract<LaunchOrder, { kind: 'start' }>, files: readonly number[]): void {
  const { id, command, cwd, env, untilMs } = order;
  const [program, ...args] = command;
  // `detached` is setsid(2).
  const child: ChildProcess = spawn(program, args, {
    cwd,
    env,
    detached: true,
    stdio: ['ignore', ...files],
  });
  const { pid } = child;
  if (pid === undefined) {
    child.once('error', (error) =>
      report({
        kind: 'failed',
        id,
        step: 'start',
        code: systemErrorCode(error) ?? null,
        message: error.message,
      }),
    );
    return;
  }
  pidOf.set(id, pid);
  unguarded.set(pid, untilMs ?? Infinity);
  child.once('exit', (exitCode, signal) => {
    pidOf.delete(id);
    unguarded.delete(pid);
    report({ kind: 'exited', id, exitCode, signal });
  });
  report({ kind: 'started', id, pid });
}

/** Its leader lives, or the process id would have gone from the map: no other process can have got it. */
function stop(sessionId: number): void {
  unguarded.delete(sessionId);
  const stopped = stopSession(sessionId, graceMs).finally(() => stops.delete(stopped));
  stops.add(stopped);
}

// The signals of a drain and of a terminal are for the consumer, which still needs the launcher meanwhile.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGUSR1', 'SIGUSR2'] as const)
  process.on(signal, () => undefined);
// Nobody reads any more.
process.stdout.on('error', () => undefined);

setInterval(() => {
  for (const [pid, untilMs] of unguarded) if (monotonicMs() >= untilMs) stop(pid);
}, tickMs).unref();

// Ends with the consumer's end of the pipe: closed in good order, or by the kernel when it was killed.
for await (const line of createInterface({ input: process.stdin })) {
  const order = parseOrder(line);
  if (order?.kind === 'start') start(order);
  if (order?.kind === 'guarded') unguarded.delete(pidOf.get(order.id) ?? 0);
}
// The guard stops all others, and not these a second time: mpirun drops everything at a second TERM.
for (const pid of unguarded.keys()) stop(pid);
await Promise.all(stops);
process.exit(0);
