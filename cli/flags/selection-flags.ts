import { type Command, Option } from 'commander';
import type { Selection } from '../../producer/select-jobs.ts';
import { idRanges, wholeNumber } from './parse-flags.ts';

/** Which records a batch is made of. */
export function addSelectionFlags(command: Command, defaultBatchSize: number): Command {
  return command
    .optionsGroup('Records:')
    .option('--batch-size <n>', 'how many records at most, in total', wholeNumber(1), defaultBatchSize)
    .option('--max-fail-count <n>', 'leave records alone that failed this often', wholeNumber(1))
    .addOption(
      new Option('--order <order>', 'which come first').choices(['random', 'id', 'size']).default('random'),
    )
    .option('--ids <list>', 'only these ids, for example 1-10,17', idRanges)
    .option('--min-atoms <n>', 'only records with at least this many atoms', wholeNumber(1))
    .option('--max-atoms <n>', 'only records with at most this many atoms', wholeNumber(1));
}

export interface SelectionFlags {
  batchSize: number;
  maxFailCount?: number;
  order: Selection['order'];
  ids?: NonNullable<Selection['ids']>;
  minAtoms?: number;
  maxAtoms?: number;
}

/** @param maxFailCount the configured cap, for when the flag is not given */
export function selectionFromFlags(flags: SelectionFlags, maxFailCount: number | null): Selection {
  return {
    batchSize: flags.batchSize,
    order: flags.order,
    ids: flags.ids ?? null,
    minAtoms: flags.minAtoms ?? null,
    maxAtoms: flags.maxAtoms ?? null,
    maxFailCount: flags.maxFailCount ?? maxFailCount,
  };
}
