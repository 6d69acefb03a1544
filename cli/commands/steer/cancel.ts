import { type Command, Option } from 'commander';
import { idRanges } from '../../flags/parse-flags.ts';
import type { CancelFlags } from '../../steer/run-cancel.ts';

const split = (text: string): string[] => text.split(',').map((part) => part.trim());

export function registerCancel(program: Command): void {
  program
    .command('cancel')
    .summary('stop records that wait or run, on any node')
    .description(
      [
        'Cancels records that wait in the table, wait on the queue, or run. Running jobs are stopped on their nodes within a minute. Their files',
        'stay, including those for a restart. The records become failed, with the error "cancelled: REASON"; fail_count stays. They do not',
        'run again until you requeue them with oact requeue --class cancelled. A job that finishes meanwhile keeps its result.',
      ].join(' '),
    )
    .argument('[record...]', 'record ids, ranges or names, for example 17 20-25 UCl4-7')
    .optionsGroup('Records:')
    .option('--ids <list>', 'the same, as a list: 1-10,17', idRanges)
    .addOption(
      new Option(
        '--status <list>',
        'with one of these statuses, separated by commas: to_run, running',
      ).argParser(split),
    )
    .option('--all', 'all records that wait or run')
    .optionsGroup('Action:')
    .option('--reason <text>', 'reason, shown as the error of the record (default: who cancelled it)')
    .option('--wait', 'wait until all have stopped and the database is up to date')
    .option('--dry-run', 'only list them')
    .option('--yes', 'do not ask for confirmation')
    .option('--json', 'print JSON')
    .addHelpText(
      'after',
      `
Exit codes: 0 cancelled or asked to stop (with --wait: stopped), 1 error, or Redis is down and no oact serve will do it later,
2 wrong usage or not confirmed, 3 no selected record waits or runs.

Examples:
  oact cancel 17 --reason "wrong charge" --wait
  oact cancel --ids 100-200 --dry-run
  oact cancel --status to_run --yes             running jobs still end; no others start
  oact cancel --all --yes`,
    )
    .action(async (words: string[], flags: CancelFlags, self: Command) => {
      const { runCancel } = await import('../../steer/run-cancel.ts');
      const { recordsOf } = await import('../../job/name-records.ts');
      await runCancel(self, recordsOf(self, words), flags);
    });
}
