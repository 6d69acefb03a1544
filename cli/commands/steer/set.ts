import { type Command, InvalidArgumentError } from 'commander';
import { wholeNumber } from '../../flags/parse-flags.ts';
import type { SetFlags } from '../../steer/correct/run-set.ts';

function chargeOf(text: string): number {
  if (!/^[+-]?\d+$/.test(text.trim())) throw new InvalidArgumentError('expected a whole number, such as -2');
  return Number(text);
}

export function registerSet(program: Command): void {
  program
    .command('set')
    .summary('correct charge, multiplicity or geometry of records')
    .description(
      [
        'Corrects records. It shows old and new values with the number of electrons, asks, writes the new values and records who changed what.',
        'Records that were computed with old values go back to to_run with fail_count 0; their old output moves into attempt-N/ of the',
        'job directory. Records that run or wait on the queue are refused, unless you give --cancel.',
      ].join(' '),
    )
    .argument('[record...]', 'record ids, ranges or names, for example 17 20-25 UCl4-7')
    .optionsGroup('Values:')
    .option('--charge <n>', 'total charge; write a negative one as --charge=-2 or --charge -2', chargeOf)
    .option('--multiplicity <n>', '2S+1', wholeNumber(1))
    .option('--geometry <file>', 'an XYZ file, for one record; ångström')
    .option(
      '--from <csv>',
      'a table with a column id or name, and one or more of charge, multiplicity, geometry; an empty cell keeps the old value',
    )
    .optionsGroup('Action:')
    .option('--cancel', 'first cancel records that run or wait on the queue')
    .option('--unblock', 'also move markers .do_not_rerun.json into attempt-N/')
    .option('--dry-run', 'only show what would change')
    .option('--yes', 'do not ask for confirmation')
    .option('--json', 'print JSON')
    .addHelpText(
      'after',
      `
Exit codes: 0 done, 1 error, or some records were refused or not changed, 2 wrong usage or not confirmed,
3 all records already have these values.

Examples:
  oact set 17 --charge=-2 --dry-run
  oact set 17 20-25 --charge 2 --multiplicity 3
  oact set 17 --geometry better.xyz --cancel
  oact set --from corrections.csv --yes          columns: id (or name),charge,multiplicity
  oact job show 17                               lists corrections with time and user`,
    )
    .action(async (words: string[], flags: SetFlags, self: Command) => {
      const { runSet } = await import('../../steer/correct/run-set.ts');
      const { recordsOf } = await import('../../job/name-records.ts');
      await runSet(self, recordsOf(self, words), flags);
    });
}
