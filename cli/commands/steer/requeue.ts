import { type Command, Option } from 'commander';
import { finishedStatuses } from '../../../workflow/records/list-finished.ts';
import { idRanges, wholeNumber } from '../../flags/parse-flags.ts';
import type { RequeueFlags } from '../../steer/run-requeue.ts';

const split = (text: string): string[] => text.split(',').map((part) => part.trim());

export function registerRequeue(program: Command): void {
  program
    .command('requeue')
    .summary('run failed or timed-out records again')
    .description(
      [
        'Sets finished records to to_run; the next oact enqueue, serve or run takes them. Their old output first moves',
        'into attempt-N/ of the job directory, so that no tool judges the record by it again. fail_count stays, because it',
        'counts what happened. Without filters, it requeues all failed and timed-out records.',
      ].join(' '),
    )
    .argument('[record...]', 'record ids, ranges or names, for example 17 20-25 UCl4-7')
    .optionsGroup('Records:')
    .addOption(
      new Option(
        '--status <list>',
        `with one of these statuses, separated by commas: ${finishedStatuses.join(', ')} (default: failed,timeout)`,
      ).argParser(split),
    )
    .addOption(
      new Option('--class <list>', 'whose newest attempt failed with one of these failure classes').argParser(
        split,
      ),
    )
    .option('--ids <list>', 'the same, as a list: 1-10,17', idRanges)
    .option('--node <name>', 'whose newest attempt ran on this node')
    .option('--error <text>', 'with this text in the error message')
    .option('--max-retries <n>', 'only records with a fail_count below this', wholeNumber(1))
    .optionsGroup('Action:')
    .option('--reset-fail-count', 'set fail_count back to 0')
    .option('--unblock', 'also move markers .do_not_rerun.json into attempt-N/')
    .option('--dry-run', 'only list them')
    .option('--yes', 'do not ask for confirmation')
    .option('--json', 'print JSON')
    .addHelpText(
      'after',
      `
Exit codes: 0 done, 1 error, 2 wrong usage or not confirmed, 3 no record is selected.

Examples:
  oact requeue --dry-run                                   lists all failed and timed-out records
  oact requeue --class scf_not_converged --max-retries 3
  oact requeue --node n0123 --yes                          records that a bad node spoilt
  oact requeue --class cancelled                           records that were cancelled
  oact requeue 17 --status completed                       compute a result again`,
    )
    .action(async (words: string[], flags: RequeueFlags, self: Command) => {
      const { runRequeue } = await import('../../steer/run-requeue.ts');
      const { recordsOf } = await import('../../job/name-records.ts');
      await runRequeue(self, recordsOf(self, words), flags);
    });
}
