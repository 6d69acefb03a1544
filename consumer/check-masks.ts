import { readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import type { Logger } from '../core/logger.ts';
import type { Slot } from './cut-slots.ts';
import { listSession } from './list-session.ts';
import { formatCpuList, parseCpuList } from './parse-cpu-list.ts';

/** mpirun needs a moment to start its ranks; an ORCA that ends sooner is not checked. */
const lookAfterMs = [1000, 5000, 30_000];

/** CPUs outside the slot that a mask allows. */
export function strayCpus(mask: string, cores: readonly number[]): number[] {
  return parseCpuList(mask).filter((cpu) => !cores.includes(cpu));
}

function maskOf(pid: number): string | undefined {
  try {
    return /^Cpus_allowed_list:\s*(.+)$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
  } catch {
    return undefined;
  }
}

/**
 * Reads back the masks of the real ranks, because an MPI that binds on its own leaves the slot silently.
 * @returns true when a process outside its slot was found and reported
 */
export async function checkMasks(
  sessionId: number,
  slot: Slot,
  log: Logger,
  ended: AbortSignal,
): Promise<boolean> {
  for (const waitMs of lookAfterMs) {
    await delay(waitMs, undefined, { signal: ended, ref: false }).catch(() => undefined);
    if (ended.aborted) return false;
    for (const pid of listSession(sessionId)) {
      const mask = maskOf(pid);
      const stray = mask === undefined ? [] : strayCpus(mask, slot.cores);
      if (mask === undefined || stray.length === 0) continue;
      log.error(
        { slot: slot.slot, pid, mask, slotCores: formatCpuList(slot.cores) },
        'a rank may run outside its slot: switch the binding of this MPI off, or run one slot per node',
      );
      return true;
    }
  }
  return false;
}
