import { setTimeout as delay } from 'node:timers/promises';
import type { Logger } from '../../core/logger.ts';
import type { Slot } from '../cores/cut-slots.ts';
import { listSession } from './list-session.ts';
import { formatCpuList, parseMasks, strayCpus } from '../cores/parse-cpu-list.ts';
import { readText } from '../files/read-text.ts';

/** mpirun needs a moment to start its ranks; an ORCA that ends sooner is not checked. */
const lookAfterMs = [1000, 5000, 30_000];

/** What the masks of a run said: nothing yet, all is well, or what is wrong, in words with the cure. */
export type MaskFinding = { kind: 'unseen' } | { kind: 'inside' } | { kind: 'outside'; why: string };

/**
 * Reads back the masks of the real ranks, because an MPI that binds on its own leaves the slot silently.
 * @param ended of the run: what it did not show until then stays unseen
 */
export async function checkMasks(
  sessionId: number,
  slot: Slot,
  log: Logger,
  ended: AbortSignal,
): Promise<MaskFinding> {
  let hasSeenRanks = false;
  for (const waitMs of lookAfterMs) {
    await delay(waitMs, undefined, { signal: ended, ref: false }).catch(() => undefined);
    if (ended.aborted) return { kind: hasSeenRanks ? 'inside' : 'unseen' };
    const members = listSession(sessionId);
    for (const pid of members) {
      const [mask] = parseMasks(readText(`/proc/${pid}/status`) ?? '');
      if (mask === undefined || strayCpus(mask, slot.cores).length === 0) continue;
      const slotCores = formatCpuList(slot.cores);
      log.error(
        { slot: slot.slot, pid, mask, slotCores },
        'a rank may run outside its slot: turn off the binding of this MPI, or run one slot per node',
      );
      return {
        kind: 'outside',
        why: `ranks leave their slot: one may run on ${mask}, slot ${slot.slot} is ${slotCores}. Turn off the binding of this MPI (openmpi-mca-params.conf, node.keepEnvironment), or run one slot per node (--slots 1)`,
      };
    }
    // ORCA, mpirun and ranks; a serial step has one process, two with the shell around it.
    hasSeenRanks ||= members.length > 2;
  }
  return { kind: 'inside' };
}

/** Looks at the ranks of a run that has started. */
export type MaskCheck = (sessionId: number, slot: Slot, log: Logger, ended: AbortSignal) => void;

/**
 * Checks one run after the other until one has shown where the ranks of this node run.
 * @param onOutside hears what is wrong, once
 */
export function createMaskCheck(onOutside: (why: string) => void): MaskCheck {
  let isBusy = false;
  let isKnown = false;
  const check = async (...run: Parameters<MaskCheck>): Promise<void> => {
    if (isBusy || isKnown) return;
    isBusy = true;
    const finding = await checkMasks(...run);
    isBusy = false;
    isKnown = finding.kind !== 'unseen';
    if (finding.kind === 'outside') onOutside(finding.why);
  };
  return (...run) => void check(...run);
}
