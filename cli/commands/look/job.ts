import type { Command } from 'commander';
import { wholeNumber } from '../../flags/parse-flags.ts';
import { addRecipeFlags } from '../../flags/recipe-flags.ts';
import type { JobInputFlags } from '../../job/run-job-input.ts';
import { registerJobExplain } from './job-explain.ts';
import { registerJobFiles } from './job-files.ts';
import { registerJobList } from './job-list.ts';

export function registerJob(program: Command): void {
  const job = program
    .command('job')
    .summary('find and look at jobs')
    .description('Finds records, and looks at the jobs of one, in the database and in the queue.');
  registerJobList(job);
  job
    .command('show')
    .summary('a record with all its attempts')
    .description(
      'Shows a record with all its attempts: how each ended, where it ran, and how often it was lost, interrupted or met a fault; ' +
        'why a failed one was tried again, and what was changed. ' +
        'For an attempt that is open the queue is asked; without Redis the rest is shown. Writes nothing.',
    )
    .argument('<record>', 'record, by its id (column id of the database) or its name')
    .option('--json', 'print JSON')
    .addHelpText('after', '\nExamples:\n  oact job show 17\n  oact job show 17 --json | jq .attempts')
    .action(async (id: string, flags: { json?: boolean }, self: Command) => {
      const { runJobShow } = await import('../../job/run-job-show.ts');
      await runJobShow(self, id, flags);
    });
  registerJobExplain(job);
  registerJobFiles(job);
  const input = job
    .command('input')
    .summary('the ORCA input of a record')
    .description(
      'Prints the input that ORCA would get for a record: by the options of its open attempt, or, when there is none or a flag ' +
        'of the ORCA group is given, by the present settings. Cores and memory are those of the slot and known only on the node. Writes nothing.',
    )
    .argument('<record>', 'record, by its id (column id of the database) or its name')
    .option('--cores <n>', 'MPI ranks to assume (default: node.coresPerSlot, or 16)', wholeNumber(1))
    .option('--maxcore <mb>', 'MB of each rank to assume (default: 4000)', wholeNumber(1))
    .option('--attempt <n>', 'as this attempt had it, with what a retry changed', wholeNumber(1))
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
