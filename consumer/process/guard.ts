import { createInterface } from 'node:readline';
import { lookAtProcess } from './look-at-process.ts';
import { listOverdue, parseGuardMessage } from './guard-message.ts';
import { stopSession } from './stop-session.ts';
import { monotonicMs } from '../../core/monotonic-clock.ts';

// The guard of one consumer, in a process of its own: stops the ORCAs of a consumer that was killed or
// paused. A consumer cannot do that itself, and its jobs are another's as soon as their locks expire.

/** Well below the distance between a guard's deadline and the end of the lock, 22 s in production. */
const tickMs = 250;
/** Enough for an mpirun that ends when it is told. The consumer had its time before, and did not use it. */
const overdueGraceMs = 300;
/** For the ORCAs of a consumer that has died; their locks live on for longer than this. */
const orphanGraceMs = 5000;

const untilMsOf = new Map<number, number>();
const startOf = new Map<number, string | undefined>();
const stops = new Set<Promise<boolean>>();

/** Undefined when it is gone. */
function readStartTime(pid: number): string | undefined {
  const sign = lookAtProcess(pid);
  return sign.kind === 'lives' ? sign.start : undefined;
}

function forget(sessionId: number): void {
  untilMsOf.delete(sessionId);
  startOf.delete(sessionId);
}

function stop(sessionId: number, termMs: number): void {
  const startNow = readStartTime(sessionId);
  // Its leader ended without a word of it, and another process has got the id.
  const isAnother = startNow !== undefined && startNow !== startOf.get(sessionId);
  forget(sessionId);
  if (isAnother) return;
  const stopped = stopSession(sessionId, termMs).finally(() => stops.delete(stopped));
  stops.add(stopped);
}

// The signals of a drain and of a terminal are for the consumer, which still needs the guard meanwhile.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGUSR1', 'SIGUSR2'] as const)
  process.on(signal, () => undefined);

setInterval(() => {
  for (const sessionId of listOverdue(untilMsOf, monotonicMs())) stop(sessionId, overdueGraceMs);
}, tickMs).unref();

// Ends with the consumer's end of the pipe: closed in good order, or by the kernel when it was killed.
for await (const line of createInterface({ input: process.stdin })) {
  const message = parseGuardMessage(line);
  if (message?.kind === 'release') forget(message.sessionId);
  if (message?.kind !== 'watch') continue;
  untilMsOf.set(message.sessionId, message.untilMs);
  if (!startOf.has(message.sessionId)) startOf.set(message.sessionId, readStartTime(message.sessionId));
}
const orphaned = [...untilMsOf.keys()];
for (const sessionId of orphaned) stop(sessionId, orphanGraceMs);
await Promise.all(stops);
