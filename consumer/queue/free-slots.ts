import type { Slot } from '../cores/cut-slots.ts';

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
  let waiter: ((slot: Slot | undefined) => void) | undefined;
  return {
    take() {
      if (isClosed) return Promise.resolve(undefined);
      const slot = free.shift();
      return slot ? Promise.resolve(slot) : new Promise((resolve) => (waiter = resolve));
    },
    giveBack(slot) {
      const waiting = waiter;
      waiter = undefined;
      if (waiting) waiting(slot);
      else free.push(slot);
      free.sort((a, b) => a.slot - b.slot);
    },
    close() {
      isClosed = true;
      waiter?.(undefined);
    },
  };
}
