import type { Moment } from './failure-order.ts';

/** A row of an SCF table, counted from 1. */
export interface Place {
  iteration: number;
  iterations: number;
  /** The geometry that the SCF is of. */
  cycle: number;
  cycles: number;
  /** Since the start of the run. */
  seconds: number;
}

/**
 * Whether an order is carried out before this row is written: without a moment in the middle of the first SCF. A moment
 * that the run does not reach is its last row of that kind, so that no order is forgotten.
 */
export function isDue(at: Moment | undefined, place: Place): boolean {
  const { iteration, iterations, cycle, cycles } = place;
  const isMiddle = iteration === Math.ceil(iterations / 2);
  if (at === undefined) return cycle === 1 && isMiddle;
  if ('iteration' in at) return cycle === 1 && iteration === Math.min(at.iteration, iterations);
  if ('cycle' in at) return cycle === Math.min(at.cycle, cycles) && isMiddle;
  return place.seconds >= at.seconds || (cycle === cycles && iteration === iterations);
}

/** The same for what happens after an SCF, once per geometry. */
export function isDueAfter(
  at: Moment | undefined,
  { cycle, cycles, seconds }: Omit<Place, 'iteration' | 'iterations'>,
): boolean {
  if (at === undefined || 'iteration' in at) return true;
  if ('cycle' in at) return cycle === Math.min(at.cycle, cycles);
  return seconds >= at.seconds || cycle === cycles;
}
