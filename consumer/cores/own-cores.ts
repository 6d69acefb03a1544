import type { Core } from './discover-cores.ts';

/** Below so many cores, none is given up for a process that idles most of the time. */
const leastCores = 4;
/** Redis and the process that fills the queue keep one core busy at 10,000 slots; the pages take a second one now and then. */
const coresOfLargeNode = 2;
const largeNode = 32;

/**
 * The cores for what runs beside the consumer of a node: neighbours, so that as few slots as possible lose their cache to them.
 * @param wanted null: one, or two of a large node
 * @param reserved cores that no consumer of this campaign takes anyway; they are enough where there are any
 * @returns CPU numbers; none where the node is too small
 */
export function chooseOwnCores(
  cores: readonly Core[],
  wanted: number | null,
  reserved: readonly number[],
): { cores: number[]; areReserved: boolean } {
  const free = cores.filter(({ threads }) => threads.some((cpu) => reserved.includes(cpu)));
  const usual = cores.length < leastCores ? 0 : cores.length < largeNode ? 1 : coresOfLargeNode;
  const count = Math.min(wanted ?? usual, cores.length);
  const areReserved = free.length > 0;
  return { cores: (areReserved ? free : cores).slice(0, count).map(({ cpu }) => cpu), areReserved };
}
