import { openSync, readSync } from 'node:fs';

/** `12345.67 98765.43`, seconds since the machine started and spent idle. */
const uptime = Buffer.alloc(64);
let file: number | null | undefined;

/**
 * Milliseconds on a clock that nobody sets: it never steps, counts on while the machine sleeps, and is the same for all processes of
 * a node. For deadlines, never for dates. /proc/uptime in steps of 10 ms; without it (macOS) Node's own monotonic clock.
 */
export function monotonicMs(): number {
  try {
    if (file === undefined) file = openSync('/proc/uptime', 'r');
    if (file !== null) {
      const seconds = Number.parseFloat(uptime.toString('latin1', 0, readSync(file, uptime, 0, 64, 0)));
      if (Number.isFinite(seconds)) return seconds * 1000;
    }
  } catch {
    file = null;
  }
  return Number(process.hrtime.bigint() / 1_000_000n);
}
