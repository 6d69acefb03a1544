import { type Command, InvalidArgumentError } from 'commander';
import { wholeNumber } from '../../flags/parse-flags.ts';
import type { JobDiffFlags } from '../../job/diff/run-job-diff.ts';
import { addRecipeFlags } from '../../flags/recipe-flags.ts';
import type { JobInputFlags } from '../../job/run-job-input.ts';
import { registerJobExplain } from './job-explain.ts';
import { registerJobFiles } from './job-files.ts';
import { registerJobList } from './job-list.ts';

export function registerJob(program: Command): void {
  const job = program
    .command('job')
    .summary('find records and look at their jobs')
    .description('Finds records and shows their jobs, from the database and the queue.');
  registerJobList(job);
  job
    .command('show')
    .summary('show a record with all its attempts')
    .description(
      'Shows a record with all its attempts: how each ended, where it ran, how often it was lost, interrupted or met a fault, ' +
        'why oact retried it, and what the retry changed. ' +
        'For an open attempt it also reads the queue; without Redis, it shows the rest. Writes nothing.',
    )
    .argument('<record>', 'id (column id of the table) or name of the record')
    .option('--json', 'print JSON')
    .addHelpText('after', '\nExamples:\n  oact job show 17\n  oact job show 17 --json | jq .attempts')
    .action(async (id: string, flags: { json?: boolean }, self: Command) => {
      const { runJobShow } = await import('../../job/run-job-show.ts');
      await runJobShow(self, id, flags);
    });
  registerJobExplain(job);
  job
    .command('diff')
    .summary('compare two records, or two attempts of one')
    .description(
      [
        'Shows what differs between two records, or between two attempts of one: charge, results, endings, and the ORCA input line by line.',
        'Without a second record, compares the last two attempts of the first one. Reads only the database. Writes nothing.',
      ].join(' '),
    )
    .argument('<record>', 'id (column id of the table) or name of the record')
    .argument('[other]', 'id or name of the record to compare it with')
    .option('--attempts <a,b>', 'compare these attempts (default: the newest of each record)', attemptPair)
    .option('--json', 'print JSON')
    .addHelpText(
      'after',
      '\nExit codes: 0 compared, 1 no such record, 2 wrong usage.\n\nExamples:\n  oact job diff 17 18\n  oact job diff 17\n  oact job diff 17 --attempts 1,3',
    )
    .action(async (id: string, other: string | undefined, flags: JobDiffFlags, self: Command) => {
      const { runJobDiff } = await import('../../job/diff/run-job-diff.ts');
      runJobDiff(self, [id, other], flags);
    });
  registerJobFiles(job);
  const input = job
    .command('input')
    .summary('print the ORCA input of a record')
    .description(
      'Prints the input that ORCA would get for a record. It uses the options of the open attempt; if there is none, or if you give a flag ' +
        'of the ORCA group, it uses the current settings. Cores and memory depend on the slot and are known only on the node. Writes nothing.',
    )
    .argument('<record>', 'id (column id of the table) or name of the record')
    .option('--cores <n>', 'assumed number of MPI ranks (default: node.coresPerSlot, or 16)', wholeNumber(1))
    .option('--maxcore <mb>', 'assumed memory per rank, in MB (default: 4000)', wholeNumber(1))
    .option('--attempt <n>', 'the input of this attempt, with the changes of a retry', wholeNumber(1))
    .option('--json', 'print JSON')
    .addHelpText(
      'after',
      '\nExamples:\n  oact job input 17\n  oact job input 17 --attempt 2\n  oact job input 17 --simple-input x2c --cores 8 > trial.inp',
    )
    .action(async (id: string, flags: JobInputFlags, self: Command) => {
      const { runJobInput } = await import('../../job/run-job-input.ts');
      runJobInput(self, id, flags);
    });
  addRecipeFlags(input);
}

/** `1,3` */
function attemptPair(text: string): [number, number] {
  const match = /^\s*(\d+)\s*,\s*(\d+)\s*$/.exec(text);
  if (match) return [Number(match[1]), Number(match[2])];
  throw new InvalidArgumentError('expected two attempts, such as 1,2');
}
