import { type Command, Option } from 'commander';
import { wholeNumber } from '../../flags/parse-flags.ts';
import { jobFiles } from '../../job/files/locate-job-file.ts';
import type { JobCatFlags } from '../../job/files/run-job-cat.ts';
import type { JobTailFlags } from '../../job/files/run-job-tail.ts';

const idArgument = ['<record>', 'record, by its id (column id of the database) or its name'] as const;

/** @param job the command `oact job` */
export function registerJobFiles(job: Command): void {
  job
    .command('cat')
    .summary('print the output of a job')
    .description(
      'Prints a file of a job, whole: its output, as ORCA got its input, what it wrote to stderr, or the published result. Packed files are unpacked. Writes nothing.',
    )
    .argument(...idArgument)
    .option('--attempt <n>', 'of this attempt (default: the newest that has it)', wholeNumber(0))
    .addOption(new Option('--file <which>', 'which file').choices(jobFiles).default('output'))
    .option('--json', 'print where the file is, as JSON, instead of the file')
    .addHelpText(
      'after',
      '\nExit codes: 0 printed, 1 no such record or file, 2 wrong usage.\n\nExamples:\n  oact job cat 17 | less\n  oact job cat 17 --attempt 1 --file input\n  oact job cat 17 --file result | jq .metrics',
    )
    .action(async (id: string, flags: JobCatFlags, self: Command) => {
      const { runJobCat } = await import('../../job/files/run-job-cat.ts');
      await runJobCat(self, id, flags);
    });
  job
    .command('tail')
    .summary('the last lines of the output, and what comes')
    .description(
      [
        'Prints the last lines of the output of a job. With --follow what it writes is shown as it comes, from any node that sees the job root,',
        'through new runs of the job, until its attempt has ended or Ctrl+C is pressed. Writes nothing.',
      ].join(' '),
    )
    .argument(...idArgument)
    .option('-n, --lines <n>', 'how many lines', wholeNumber(0), 10)
    .option('-f, --follow', 'go on as the output grows')
    .option('--attempt <n>', 'of this attempt (default: the newest that has an output)', wholeNumber(0))
    .addOption(new Option('--json', 'print JSON').conflicts('follow'))
    .addHelpText(
      'after',
      '\nExit codes: 0 printed, 1 no such record or output, 2 wrong usage.\n\nExamples:\n  oact job tail 17\n  oact job tail 17 -n 50 -f',
    )
    .action(async (id: string, flags: JobTailFlags, self: Command) => {
      const { runJobTail } = await import('../../job/files/run-job-tail.ts');
      await runJobTail(self, id, flags);
    });
}
