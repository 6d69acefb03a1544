import { type Command, Option } from 'commander';
import type { IdRange } from '../../../workflow/records/list-candidates.ts';
import { idRanges } from '../../flags/parse-flags.ts';
import { collectIds } from '../../flags/record-ids.ts';
import type { CancelFlags } from '../../steer/run-cancel.ts';

const split = (text: string): string[] => text.split(',').map((part) => part.trim());

export function registerCancel(program: Command): void {
  program
    .command('cancel')
    .summary('stop records that wait or run, on whatever node')
    .description(
      [
        'Cancels records that wait in the table, wait on the queue or run. What runs is stopped on its node within a minute, and its files',
        'stay, those of a restart included. The records become failed, with the error "cancelled: REASON"; fail_count stays, and nothing',
        'runs them again until oact requeue --class cancelled. A job that finishes meanwhile keeps its result.',
      ].join(' '),
    )
    .argument('[id...]', 'record ids or ranges, for example 17 20-25', collectIds)
    .optionsGroup('Records:')
    .option('--ids <list>', 'the same as a list, for example 1-10,17', idRanges)
    .addOption(
      new Option('--status <list>', 'of these statuses, separated by commas: to_run, running').argParser(
        split,
      ),
    )
    .option('--all', 'all that wait or run')
    .optionsGroup('What is done:')
    .option('--reason <text>', 'why; shown as the error of the record (default: by whom)')
    .option('--wait', 'return when all of them have stopped and stand in the database')
    .option('--dry-run', 'only show which ones')
    .option('--yes', 'do not ask')
    .option('--json', 'print JSON')
    .addHelpText(
      'after',
      `
Exit codes: 0 cancelled or told to stop (with --wait: stopped), 1 error, or Redis is away and nobody is there to do it,
2 wrong usage or nobody said yes, 3 nothing that waits or runs is chosen.

Examples:
  oact cancel 17 --reason "wrong charge" --wait
  oact cancel --ids 100-200 --dry-run
  oact cancel --status to_run --yes             let end what runs, and nothing more
  oact cancel --all --yes`,
    )
    .action(async (args: IdRange[] | undefined, flags: CancelFlags, self: Command) => {
      const { runCancel } = await import('../../steer/run-cancel.ts');
      await runCancel(self, args ?? [], flags);
    });
}
