import { readFileSync } from 'node:fs';

/** Seconds since the machine started: a clock that a shell reads without starting a process. */
export function readUptime(): number {
  return Number(readFileSync('/proc/uptime', 'utf8').split(' ')[0]);
}
