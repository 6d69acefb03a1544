import { nameRecord } from '../job/name-record.ts';

/**
 * Records that wait and that no claim takes, by the cause: what `oact run`, `serve` and `enqueue` found when they last looked
 * through all that wait. The words are in one place, so that every view says the same.
 */

/** Why a waiting record is left where it is. */
export const skipCauses = ['shared_directory', 'outside_root', 'fail_cap', 'size', 'no_lane'] as const;
type SkipCause = (typeof skipCauses)[number];

/** One waiting record that is left out. */
export interface Skip {
  recordId: number;
  cause: SkipCause;
  /** In words, of this record. */
  reason: string;
}

/** All that are left out for one cause. */
export interface LeftOut {
  cause: SkipCause;
  records: number;
  /** Ids of the first few. */
  examples: number[];
  /** The words of the first one. */
  reason: string;
  /** The chemist's own names of the examples, by id. */
  names?: Record<string, string>;
}

/** Ids that are kept of each cause. */
const keptExamples = 5;

const causes: Readonly<Record<SkipCause, { words: string; cure: string }>> = {
  shared_directory: {
    words: 'would share a job directory with another record',
    cure: 'Use a jobDirPattern with {id} in oact.yaml.',
  },
  outside_root: {
    words: 'have job directories outside the job root',
    cure: 'Run oact enqueue --reroot, which moves them below the job root.',
  },
  fail_cap: {
    words: 'failed as often as job.maxFailCount allows',
    cure: 'Raise it with --max-fail-count N, or reset the counts with oact requeue --status failed,timeout --reset-fail-count.',
  },
  size: {
    words: 'are outside --min-atoms and --max-atoms',
    cure: 'To run them too, leave the filters out.',
  },
  no_lane: {
    words: 'are taken by no lane',
    cure: 'Widen the rules of a lane in oact.yaml, or name one with oact enqueue --lane.',
  },
};

/** Skips that are kept with their own reason; a million of them are counted. */
const keptSkips = 1000;

/** Counts skips by cause; each record is noted once. */
export interface SkipTally {
  note(skip: Skip): void;
  /** How many were noted. */
  count(): number;
  list(): LeftOut[];
  /** The first thousand. */
  first(): readonly Skip[];
}

export function createSkipTally(): SkipTally {
  const byCause = new Map<SkipCause, LeftOut>();
  const first: Skip[] = [];
  let count = 0;
  return {
    note: (skip) => {
      const { recordId, cause, reason } = skip;
      const known = byCause.get(cause) ?? { cause, records: 0, examples: [], reason };
      known.records += 1;
      if (known.examples.length < keptExamples) known.examples.push(recordId);
      byCause.set(cause, known);
      if (first.length < keptSkips) first.push(skip);
      count += 1;
    },
    count: () => count,
    list: () =>
      [...byCause.values()]
        .map((one) => ({ ...one, examples: one.examples.toSorted((a, b) => a - b) }))
        .toSorted((a, b) => b.records - a.records),
    first: () => first,
  };
}

/** `12 failed as often as job.maxFailCount allows: 3 (UCl4-7), 7, … ` and what to do. */
export function describeLeftOut({ cause, records, examples, reason, names = {} }: LeftOut): string {
  const more = records > examples.length ? ', …' : '';
  const { words, cure } = causes[cause];
  const example =
    cause === 'shared_directory' || cause === 'outside_root' || cause === 'no_lane' ? ` (${reason})` : '';
  return `${records} ${words}: ${examples.map((id) => nameRecord(id, names[id])).join(', ')}${more}${example}. ${cure}`;
}
