/** When the allocation ends; a scheduler may move it while the consumer runs. */
export interface Walltime {
  /** null: nobody knows, or it has no end. */
  endsAt(): Date | null;
  move(endsAt: Date | null): void;
  /** Called after each move. */
  onMove(listener: () => void): void;
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
