import { type Command, InvalidArgumentError } from 'commander';
import type { IdRange } from '../../../workflow/records/list-candidates.ts';
import { wholeNumber } from '../../flags/parse-flags.ts';
import { collectIds } from '../../flags/record-ids.ts';
import type { SetFlags } from '../../steer/run-set.ts';

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
        'Corrects records: shows old and new values with the number of electrons, asks, then writes them and notes who changed what.',
        'Records that were computed with the old values wait again as to_run, their fail_count from 0; the old output goes into attempt-N/ of the',
        'job directory first. Records that run or wait on the queue are refused, unless --cancel cancels them first.',
      ].join(' '),
    )
    .argument('[id...]', 'record ids or ranges, for example 17 20-25', collectIds)
    .optionsGroup('Values:')
    .option('--charge <n>', 'total charge; write a negative one as --charge=-2 or --charge -2', chargeOf)
    .option('--multiplicity <n>', '2S+1', wholeNumber(1))
    .option('--geometry <file>', 'an XYZ file, for one record; ångström')
    .option(
      '--from <csv>',
      'a table with a column id and one or more of charge, multiplicity, geometry; an empty cell leaves a value as it is',
    )
    .optionsGroup('What is done:')
    .option('--cancel', 'cancel those that run or wait on the queue first')
    .option('--unblock', 'move markers .do_not_rerun.json into the archive, too')
    .option('--dry-run', 'only show what would change')
    .option('--yes', 'do not ask')
    .option('--json', 'print JSON')
    .addHelpText(
      'after',
      `
Exit codes: 0 done, 1 error, or some records were refused or left alone, 2 wrong usage or nobody said yes,
3 all values are as they should be already.

Examples:
  oact set 17 --charge=-2 --dry-run
  oact set 17 20-25 --charge 2 --multiplicity 3
  oact set 17 --geometry better.xyz --cancel
  oact set --from corrections.csv --yes          columns: id,charge,multiplicity
  oact job show 17                               lists what was corrected, when and by whom`,
    )
    .action(async (args: IdRange[] | undefined, flags: SetFlags, self: Command) => {
      const { runSet } = await import('../../steer/run-set.ts');
      await runSet(self, args ?? [], flags);
    });
}
