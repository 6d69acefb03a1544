/** How long the jobs that wait will take: as the learned times say, and where nobody knows those by the median of what has ended, by size. */

/** An attempt that came to an end. */
export interface Ended {
  atoms: number | null;
  /** From the start of ORCA to its end. */
  seconds: number;
}

/** What is known of the jobs that wait. */
export interface Backlog {
  /** Jobs that no slot has begun: on the queue, or records that may be put there. */
  waiting: number;
  running: number;
  /** Atoms of some of those that wait; null: not known. A sample stands for all. */
  sampleAtoms: readonly (number | null)[];
  /** Seconds that the learned times say of each of them, for sums; null: they do not know it. Left out: nobody knows any. */
  sampleSeconds?: readonly (number | null)[];
  /** How many slots each of them takes; left out: one. */
  sampleSlots?: readonly number[];
}

/** The work ahead, in slot-seconds: one slot is busy for so long. */
export interface ExpectedWork {
  slotSeconds: number;
  waiting: number;
  running: number;
  secondsPerJob: number;
  /** How many ended attempts this rests on; 0: nothing has ended, and the default is a guess. */
  basis: number;
  /** The part of the sample, from 0 to 1, whose times were predicted; the rest is estimated by its size. */
  predicted?: number;
}

/** Without any experience. It only has to be wrong by less than the bounds of an entry. */
const guessedSeconds = 600;
/** Fewer say less about a size than all sizes together. */
const leastPerSize = 5;

/** Sizes whose times are comparable: ORCA's grow with a power of the atoms, so a class spans a factor of 1.5. */
const sizeOf = (atoms: number): number => Math.floor(Math.log(Math.max(1, atoms)) / Math.log(1.5));

/**
 * Pure. @param timeRequestSeconds what jobs are expected to need by the settings; 0: not said
 */
export function expectWork(
  backlog: Backlog,
  ended: readonly Ended[],
  timeRequestSeconds: number,
): ExpectedWork {
  const bySize = new Map<number, number[]>();
  for (const { atoms, seconds } of ended) {
    if (atoms === null) continue;
    const list = bySize.get(sizeOf(atoms)) ?? [];
    list.push(seconds);
    bySize.set(sizeOf(atoms), list);
  }
  const medians = new Map(
    [...bySize].filter(([, list]) => list.length >= leastPerSize).map(([size, list]) => [size, median(list)]),
  );
  const overall =
    ended.length === 0 ? timeRequestSeconds || guessedSeconds : median(ended.map(({ seconds }) => seconds));
  const expect = (atoms: number | null): number =>
    (atoms === null ? undefined : medians.get(sizeOf(atoms))) ?? overall;
  const { sampleAtoms, sampleSeconds = [], sampleSlots = [], waiting, running } = backlog;
  const slotSecondsOf = (atoms: number | null, index: number): number =>
    (sampleSeconds[index] ?? expect(atoms)) * (sampleSlots[index] ?? 1);
  const secondsPerJob =
    sampleAtoms.length === 0
      ? overall
      : sampleAtoms.reduce<number>((sum, atoms, index) => sum + slotSecondsOf(atoms, index), 0) /
        sampleAtoms.length;
  const known = sampleSeconds.filter((seconds) => seconds !== null).length;
  // Those that run are half done, on average.
  const slotSeconds = waiting * secondsPerJob + (running * secondsPerJob) / 2;
  return {
    slotSeconds,
    waiting,
    running,
    secondsPerJob,
    basis: ended.length,
    predicted: known / Math.max(1, sampleAtoms.length),
  };
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length / 2;
  const upper = sorted[Math.floor(middle)] ?? 0;
  return Number.isInteger(middle) ? ((sorted[middle - 1] ?? upper) + upper) / 2 : upper;
}
