import type { Command } from 'commander';
import { wholeNumber } from '../../flags/parse-flags.ts';
import { addSearchFlags } from '../../flags/search-flags.ts';
import type { JobListFlags } from '../../job/run-job-list.ts';

/** @param job the command `oact job` */
export function registerJobList(job: Command): void {
  const list = job
    .command('list')
    .summary('search the records')
    .description(
      [
        'Lists the records that match all filters, each with its newest attempt that has ended. Without filters, lists all records.',
        'Formulas and elements come from the column elements, which older tools may have filled without the metal.',
        'Reads only the database. Writes nothing.',
      ].join(' '),
    );
  addSearchFlags(list)
    .optionsGroup('Output:')
    .option('--limit <n>', 'maximum number of records (0 = all)', wholeNumber(0), 50)
    .option('--offset <n>', 'number of records to skip first', wholeNumber(0), 0)
    .option('--watch', 'repeat every two seconds, until Ctrl+C')
    .option('--json', 'print JSON')
    .addHelpText(
      'after',
      `
Exit codes: 0 (also when no record matches), 1 error, 2 wrong usage.

Examples:
  oact job list --status failed --class scf_not_converged
  oact job list --node n0123 --sort -ended
  oact job list --status failed --sort -ended --limit 20 --watch
  oact job list --formula UO2 --error 'out of memory'
  oact job list --element U,Cl --attempts 2- --limit 0 --json | jq '.records[].id'`,
    )
    .action(async (flags: JobListFlags, self: Command) => {
      const { runJobList } = await import('../../job/run-job-list.ts');
      await runJobList(self, flags);
    });
}
