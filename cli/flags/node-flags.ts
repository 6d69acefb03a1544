import type { Command } from 'commander';
import { durationSeconds, wholeNumber } from './parse-flags.ts';

/** The cores of the node and what runs on them. */
export function addNodeFlags(command: Command): Command {
  return command
    .optionsGroup('Node:')
    .option('--slots <n>', 'ORCA jobs at a time (default: as many as fit)', wholeNumber(1))
    .option(
      '--cores-per-slot <n>',
      'cores, and MPI ranks, of each (default: 8 to 16, as the caches of the node divide)',
      wholeNumber(1),
    )
    .option('--n-cores <n>', 'the same as --cores-per-slot', wholeNumber(1))
    .option('--reserve-cores <n>', 'cores to leave free, where the slots come out best', wholeNumber(0))
    .option('--oversubscribe', 'let slots share cores, unpinned: for tests, never for ORCA')
    .option('--orca-path <path>', 'the ORCA program, absolute')
    .option('--no-restart', 'begin interrupted jobs from scratch instead of from what they left')
    .option('--grace <duration>', 'how long running jobs may go on after a stop signal', durationSeconds);
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
