import { readFileSync } from 'node:fs';

/** CPU seconds that a process has used, and those of its children that it has waited for. */
export interface CpuUse {
  own: number;
  children: number;
}

/** Linux counts in hundredths of a second for every program, whatever the kernel's own tick. */
const ticksPerSecond = 100;

/** Fields 14 to 17 of /proc/PID/stat. The name in field 2 may hold blanks and parentheses. */
export function readCpuUse(pid: number): CpuUse {
  const text = readFileSync(`/proc/${pid}/stat`, 'latin1');
  const fields = text
    .slice(text.lastIndexOf(')') + 2)
    .split(' ')
    .map(Number);
  const seconds = (field: number): number => (fields[field - 3] ?? 0) / ticksPerSecond;
  return { own: seconds(14) + seconds(15), children: seconds(16) + seconds(17) };
}

const isLauncher = (pid: string): boolean =>
  pid !== '' && readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('launcher.js');

/** The launcher of a consumer, which starts its programs; undefined when there is none. */
export function findLauncher(consumer: number): number | undefined {
  const children = readFileSync(`/proc/${consumer}/task/${consumer}/children`, 'utf8').trim().split(' ');
  const found = children.find(isLauncher);
  return found === undefined ? undefined : Number(found);
}

/** Resident memory, MB of 10⁶ bytes. */
export function readResidentMb(pid: number): number {
  const kibibytes = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'latin1'))?.[1];
  return (Number(kibibytes) * 1024) / 1e6;
}
