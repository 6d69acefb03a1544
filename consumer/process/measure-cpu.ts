import { listProcesses, readStat } from './list-session.ts';

/** /proc counts CPU time in hundredths of a second on every Linux, whatever the kernel's own clock is. */
const ticksPerSecond = 100;

/**
 * CPU seconds, by session: of the processes that are left of it and of the ended children that these waited for. A process that
 * nobody waited for takes its time with it, so a sum can fall. One pass over /proc, about 15 µs per process of the node.
 * @returns undefined without /proc
 */
export function measureCpu(sessionIds: ReadonlySet<number>): Map<number, number> | undefined {
  const processes = listProcesses();
  if (!processes) return undefined;
  const seconds = new Map<number, number>();
  for (const pid of processes) {
    const fields = readStat(pid);
    const session = Number(fields?.[3]);
    if (!fields || !sessionIds.has(session)) continue;
    // Fields 14 to 17: user and system time, its own and that of its children.
    const ticks = fields.slice(11, 15).reduce((sum, field) => sum + Number(field), 0);
    seconds.set(session, (seconds.get(session) ?? 0) + ticks / ticksPerSecond);
  }
  return seconds;
}
