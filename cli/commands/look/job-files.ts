import { type Command, Option } from 'commander';
import { wholeNumber } from '../../flags/parse-flags.ts';
import { jobFiles } from '../../job/files/locate-job-file.ts';
import type { JobCatFlags } from '../../job/files/run-job-cat.ts';
import type { JobTailFlags } from '../../job/files/run-job-tail.ts';

const idArgument = ['<record>', 'id (column id of the table) or name of the record'] as const;

/** @param job the command `oact job` */
export function registerJobFiles(job: Command): void {
  job
    .command('cat')
    .summary('print the output of a job')
    .description(
      'Prints a whole file of a job: the output, the input as ORCA got it, its stderr, or the published result. ' +
        'Compressed files are unpacked. Writes nothing.',
    )
    .argument(...idArgument)
    .option('--attempt <n>', 'attempt (default: the newest that has the file)', wholeNumber(0))
    .addOption(new Option('--file <which>', 'which file').choices(jobFiles).default('output'))
    .option('--json', 'print the path of the file as JSON, not the file')
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
    .summary('print the end of the output, and follow it')
    .description(
      [
        'Prints the last lines of the output of a job. With --follow, prints new lines as they appear, on any node that sees the job root,',
        'also over several runs of the job, until the attempt ends or you press Ctrl+C. Writes nothing.',
      ].join(' '),
    )
    .argument(...idArgument)
    .option('-n, --lines <n>', 'number of lines', wholeNumber(0), 10)
    .option('-f, --follow', 'print new lines as the output grows')
    .option('--attempt <n>', 'attempt (default: the newest that has an output)', wholeNumber(0))
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
