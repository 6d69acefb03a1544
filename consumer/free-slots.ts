import type { Slot } from './cut-slots.ts';

/** The slots that run nothing, lowest first, and the one who waits for one. */
export interface FreeSlots {
  /** A free slot as soon as there is one; undefined after `close()`. One caller at a time. */
  take(): Promise<Slot | undefined>;
  giveBack(slot: Slot): void;
  /** No slot is handed out any more. */
  close(): void;
}

export function createFreeSlots(slots: readonly Slot[]): FreeSlots {
  const free = [...slots];
  let isClosed = false;
  let wake = (): void => undefined;
  return {
    async take() {
      while (free.length === 0 && !isClosed) await new Promise<void>((resolve) => (wake = resolve));
      return isClosed ? undefined : free.shift();
    },
    giveBack(slot) {
      free.push(slot);
      free.sort((a, b) => a.slot - b.slot);
      wake();
    },
    close() {
      isClosed = true;
      wake();
    },
  };
}
