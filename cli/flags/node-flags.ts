import type { Command } from 'commander';
import { durationSeconds, wholeNumber } from './parse-flags.ts';

/** The cores of the node and what runs on them. */
export function addNodeFlags(command: Command): Command {
  return command
    .optionsGroup('Node:')
    .option('--slots <n>', 'number of slots (default: as many as fit)', wholeNumber(1))
    .option(
      '--cores-per-slot <n>',
      'cores and MPI ranks of each slot (default: 8 to 16, as the caches of the node divide)',
      wholeNumber(1),
    )
    .option('--n-cores <n>', 'the same as --cores-per-slot', wholeNumber(1))
    .option(
      '--reserve-cores <n>',
      'number of cores to leave free, chosen so that the slots fit best',
      wholeNumber(0),
    )
    .option('--oversubscribe', 'let unpinned slots share cores; only for tests, never for ORCA')
    .option('--orca-path <path>', 'absolute path of the ORCA program')
    .option('--no-restart', 'begin interrupted jobs from scratch instead of from what they left')
    .option('--grace <duration>', 'time that running jobs get to end after a stop signal', durationSeconds);
}

export interface NodeFlags {
  slots?: number;
  coresPerSlot?: number;
  nCores?: number;
  reserveCores?: number;
  oversubscribe?: boolean;
  orcaPath?: string;
  grace?: number;
  /** False for --no-restart. */
  restart?: boolean;
}
