// What the kernel counts of all processes: read at each end of a job, so with one buffer and without a stream.
import { closeSync, openSync, readSync } from 'node:fs';
import { monotonicMs } from '../../core/monotonic-clock.ts';

/** /proc/stat has a line per CPU, and one with a number per interrupt. */
const buffer = Buffer.alloc(256 * 1024);
/** How old `countForksLately` may be. */
const lateMs = 5000;
let lately: { forks: number | undefined; atMs: number } | undefined;

/** Processes and threads that were ever started on this machine; undefined without /proc. */
export function countForks(): number | undefined {
  const match = /^processes (\d+)$/m.exec(readCounters('/proc/stat') ?? '');
  return match ? Number(match[1]) : undefined;
}

/** The same, or what it was a few seconds ago. On a node with many cores, /proc/stat takes a millisecond. */
export function countForksLately(): number | undefined {
  const nowMs = monotonicMs();
  if (lately === undefined || nowMs - lately.atMs > lateMs) lately = { forks: countForks(), atMs: nowMs };
  return lately.forks;
}

/** The process id that was given out last. */
export function readLastPid(): number | undefined {
  const match = / (\d+)\s*$/.exec(readCounters('/proc/loadavg') ?? '');
  return match ? Number(match[1]) : undefined;
}

/** Living threads, and the highest process id. */
export function readPidLimits(): { threads: number; pidMax: number } | undefined {
  const threads = Number(/^\S+ \S+ \S+ \d+\/(\d+) /.exec(readCounters('/proc/loadavg') ?? '')?.[1]);
  const pidMax = Number(readCounters('/proc/sys/kernel/pid_max'));
  return Number.isInteger(threads) && pidMax > 0 ? { threads, pidMax } : undefined;
}

function readCounters(path: string): string | undefined {
  try {
    const file = openSync(path, 'r');
    try {
      let length = 0;
      for (;;) {
        const read = readSync(file, buffer, length, buffer.length - length, null);
        length += read;
        if (read === 0 || length === buffer.length) return buffer.toString('latin1', 0, length);
      }
    } finally {
      closeSync(file);
    }
  } catch {
    return undefined;
  }
}
