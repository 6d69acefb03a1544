import type { StopReason } from '../core/stop-signal.ts';

/** The scripts are warned up to six minutes before the end, and everything takes a moment. */
const nearSeconds = 390;

/**
 * Whether a signal tells of the end of the walltime, not of a preemption, a cancelled allocation or a drain by hand: it comes
 * near the end. Where nobody knows the end, the warning of the scripts is taken for one.
 */
export function tellsOfEnd(signal: StopReason['signal'], endsAt: Date | null, now: Date): boolean {
  if (signal === 'SIGALRM') return true;
  if (endsAt === null) return signal === 'SIGUSR1';
  return endsAt.getTime() - now.getTime() <= nearSeconds * 1000;
}

/** When the allocation ends; a scheduler may move it while the consumer runs. */
export interface Walltime {
  /** null: nobody knows, or it has no end. */
  endsAt(): Date | null;
  move(endsAt: Date | null): void;
  /** Called after each move. */
  onMove(listener: () => void): void;
}

/** setTimeout's limit, 25 days: a later end needs no timer. */
const longestTimerMs = 2 ** 31 - 1;

/**
 * Calls back so long before the end, wherever it is moved. @returns stops that
 */
export function drainAhead(walltime: Walltime, leadSeconds: number, onDue: () => void): () => void {
  let timer: NodeJS.Timeout | undefined;
  let isOver = false;
  const set = (): void => {
    clearTimeout(timer);
    const endsAt = walltime.endsAt();
    const leftMs = endsAt === null ? Infinity : endsAt.getTime() - Date.now() - leadSeconds * 1000;
    if (!isOver && leftMs <= longestTimerMs) timer = setTimeout(onDue, leftMs);
  };
  walltime.onMove(set);
  set();
  return () => {
    isOver = true;
    clearTimeout(timer);
  };
}

export function createWalltime(initial: Date | null): Walltime {
  let endsAt = initial;
  const listeners: (() => void)[] = [];
  return {
    endsAt: () => endsAt,
    move(moved) {
      endsAt = moved;
      for (const listener of listeners) listener();
    },
    onMove: (listener) => void listeners.push(listener),
  };
}
