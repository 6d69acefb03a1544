/** The cores of a node that are cut as jobs come: what runs where, what waits, and which job may start now. */
import { monotonicMs } from '../../core/monotonic-clock.ts';
import { decideStart } from '../../packing/node/decide-start.ts';
import type { Expected, LaneHead, PackedJob, Reservation } from '../../packing/node/node-state.ts';
import type { Slot } from '../cores/cut-slots.ts';
import type { WaitingLane } from './look-at-lanes.ts';
import type { NodePacking } from './plan-packing.ts';

/** Long enough that a wide job may yet start on another node, without cores kept free for it on all of them. */
const usualPatienceSeconds = 600;
const bytesPerMb = 2 ** 20;

export interface PackedCores {
  /** The next job to be taken, and the cores it will get; undefined: none of those that wait may start now. */
  next(waiting: readonly WaitingLane[]): PackedStart | undefined;
  take(start: PackedStart): void;
  giveBack(slot: Slot): void;
  /** Whether the smallest job of any lane has room. */
  hasRoom(): boolean;
  /** For which lane cores are kept free; null: for none. */
  reservedFor(): string | null;
}

interface PackedStart {
  lane: string;
  slot: Slot;
  expected: Expected | undefined;
}

/** @param patienceSeconds shorter in tests */
export function createPackedCores(
  { node, lanes }: NodePacking,
  patienceSeconds = usualPatienceSeconds,
): PackedCores {
  const running = new Map<Slot, PackedJob>();
  const waitingSince = new Map<string, number>();
  // Nodes that started in the same second do not all keep cores for the same job.
  const patience = { patienceSeconds: patienceSeconds * (0.75 + 0.5 * Math.random()) };
  let reservation: Reservation | null = null;
  const stateAt = (now: number) => ({ node, running: [...running.values()], reservation, now });

  const noteWaiting = (waiting: readonly WaitingLane[], now: number): void => {
    for (const { lane } of lanes) {
      if (!waiting.some((one) => one.lane === lane)) waitingSince.delete(lane);
      else if (!waitingSince.has(lane)) waitingSince.set(lane, now);
    }
  };
  const slotNumberOf = (cpus: readonly number[]): number => {
    const fixed = node.fixedSlots?.findIndex((slot) => slot[0] === cpus[0]) ?? -1;
    if (fixed !== -1) return fixed;
    const taken = new Set([...running.keys()].map(({ slot }) => slot));
    return (
      [...taken, -1]
        .map((number) => number + 1)
        .toSorted((a, b) => a - b)
        .find((number) => !taken.has(number)) ?? 0
    );
  };
  return {
    next(waiting) {
      const now = nowSeconds();
      noteWaiting(waiting, now);
      const heads = waiting.flatMap(({ lane, expected }): LaneHead[] => {
        const served = lanes.find((one) => one.lane === lane);
        return served
          ? [{ ...served, expected, weight: 1, waitingSince: waitingSince.get(lane) ?? now }]
          : [];
      });
      const decision = decideStart(stateAt(now), heads, patience);
      reservation = decision.reservation;
      const { start } = decision;
      const head = heads.find(({ lane }) => lane === start?.lane);
      if (start === null || head === undefined) return undefined;
      const memoryMb = Math.floor(head.memoryBytes / bytesPerMb);
      return {
        lane: start.lane,
        slot: { slot: slotNumberOf(start.cpus), cores: start.cpus, memoryMb, lane: start.lane },
        expected: head.expected,
      };
    },
    take({ lane, slot, expected }) {
      const now = nowSeconds();
      const memoryBytes = lanes.find((one) => one.lane === lane)?.memoryBytes ?? 0;
      running.set(slot, { lane, cpus: slot.cores, memoryBytes, startedAt: now, expected });
      waitingSince.set(lane, now);
    },
    giveBack(slot) {
      running.delete(slot);
    },
    hasRoom() {
      const none = { node, running: [...running.values()], reservation: null, now: 0 };
      return lanes.some(
        (lane) => decideStart(none, [{ ...lane, weight: 1, waitingSince: 0 }], patience).start !== null,
      );
    },
    reservedFor: () => reservation?.lane ?? null,
  };
}

function nowSeconds(): number {
  return monotonicMs() / 1000;
}
