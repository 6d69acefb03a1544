import { type Command, Option } from 'commander';
import type { Selection } from '../../producer/supply/selection.ts';
import { idRanges, wholeNumber } from './parse-flags.ts';

/** `--batch-size` of `oact enqueue`, as in the existing tools. */
const smallBatch = 10;

/** Which records a batch is made of. @param batch what is taken when neither `--batch-size` nor `--ids` is given */
export function addSelectionFlags(command: Command, batch: 'small' | 'all'): Command {
  const others = batch === 'all' ? 'all' : `${smallBatch}, or all that --ids names`;
  return command
    .optionsGroup('Records:')
    .option('--batch-size <n>', `maximum number of records, in total (default: ${others})`, wholeNumber(1))
    .option('--max-fail-count <n>', 'leave out records that failed this often', wholeNumber(1))
    .addOption(
      new Option(
        '--order <order>',
        `which records come first; size: smallest first; largest: most atoms first; longest: by the run times learned from this campaign, which shortens its end, and by size until enough are known (default: longest${batch === 'all' ? '' : ', or random until enough are known'})`,
      ).choices(['random', 'id', 'size', 'largest', 'longest']),
    )
    .option('--ids <list>', 'only records with these ids, for example 1-10,17', idRanges)
    .option('--min-atoms <n>', 'only records with at least this many atoms', wholeNumber(1))
    .option('--max-atoms <n>', 'only records with at most this many atoms', wholeNumber(1));
}

export interface SelectionFlags {
  batchSize?: number;
  maxFailCount?: number;
  order?: Selection['order'];
  ids?: NonNullable<Selection['ids']>;
  minAtoms?: number;
  maxAtoms?: number;
}

/** @param maxFailCount the configured cap, for when the flag is not given */
export function selectionFromFlags(
  flags: SelectionFlags,
  maxFailCount: number | null,
  batch: 'small' | 'all' = 'all',
): Selection {
  // Who names records wants them all: ten of twenty-four would be a surprise.
  const others = batch === 'all' ? Number.MAX_SAFE_INTEGER : smallBatch;
  const named = flags.ids?.reduce((sum, { from, to }) => sum + to - from + 1, 0);
  return {
    batchSize: flags.batchSize ?? named ?? others,
    order: flags.order ?? (batch === 'all' ? 'longest' : 'random'),
    ids: flags.ids ?? null,
    minAtoms: flags.minAtoms ?? null,
    maxAtoms: flags.maxAtoms ?? null,
    maxFailCount: flags.maxFailCount ?? maxFailCount,
  };
}
