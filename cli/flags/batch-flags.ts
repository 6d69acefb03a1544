import type { Command } from 'commander';
import { durationSeconds, positiveDuration } from './parse-flags.ts';
import { addRecipeFlags } from './recipe-flags.ts';

/** How the jobs of a batch run: directory, limits, chemistry. */
export function addBatchFlags(command: Command): Command {
  command
    .optionsGroup('Jobs:')
    .option(
      '--job-timeout <duration>',
      'time limit of one job, for example 20h, or seconds',
      positiveDuration,
    )
    .option('--time-request <duration>', 'walltime that must be left before a job starts', durationSeconds)
    .option(
      '--job-dir-pattern <pattern>',
      'directory of a job below the job root (default: job_{orig_index})',
    )
    .option('--job-prefix <name>', 'prefix of the pattern, followed by an underscore')
    .option('--lane <name>', 'lane of all these jobs, instead of the one whose rules they keep')
    .option('--reroot', 'ignore the job directories in the database');
  return addRecipeFlags(command);
}

export interface BatchFlags {
  jobTimeout?: number;
  timeRequest?: number;
  jobDirPattern?: string;
  jobPrefix?: string;
  reroot?: boolean;
  lane?: string;
}
