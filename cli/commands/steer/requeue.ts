import { type Command, Option } from 'commander';
import { finishedStatuses } from '../../../workflow/records/list-finished.ts';
import type { IdRange } from '../../../workflow/records/list-candidates.ts';
import { idRanges, wholeNumber } from '../../flags/parse-flags.ts';
import { collectIds } from '../../flags/record-ids.ts';
import type { RequeueFlags } from '../../steer/run-requeue.ts';

const split = (text: string): string[] => text.split(',').map((part) => part.trim());

export function registerRequeue(program: Command): void {
  program
    .command('requeue')
    .summary('let failed or timed-out records run again')
    .description(
      [
        'Lets finished records run again: they wait as to_run, and the next oact enqueue, serve or run takes them. The old output goes',
        'into attempt-N/ of the job directory first, so that no tool judges the record by it again. fail_count stays, because it',
        'counts what happened. Without filters: all that failed or timed out.',
      ].join(' '),
    )
    .argument('[id...]', 'record ids or ranges, for example 17 20-25', collectIds)
    .optionsGroup('Records:')
    .addOption(
      new Option(
        '--status <list>',
        `of these statuses, separated by commas: ${finishedStatuses.join(', ')} (default: failed,timeout)`,
      ).argParser(split),
    )
    .addOption(
      new Option('--class <list>', 'whose newest attempt failed with one of these classes').argParser(split),
    )
    .option('--ids <list>', 'the same as a list, for example 1-10,17', idRanges)
    .option('--node <name>', 'whose newest attempt ran on this node')
    .option('--error <text>', 'with this text in the error message')
    .option('--max-retries <n>', 'only records with a fail_count below this', wholeNumber(1))
    .optionsGroup('What is done:')
    .option('--reset-fail-count', 'count their failures from 0 again')
    .option('--unblock', 'move markers .do_not_rerun.json into the archive, too')
    .option('--dry-run', 'only show which ones')
    .option('--yes', 'do not ask')
    .option('--json', 'print JSON')
    .addHelpText(
      'after',
      `
Exit codes: 0 done, 1 error, 2 wrong usage or nobody said yes, 3 no record is chosen.

Examples:
  oact requeue --dry-run                                   all that failed or timed out: which are they?
  oact requeue --class scf_not_converged --max-retries 3
  oact requeue --node n0123 --yes                          what a bad node has spoilt
  oact requeue --class cancelled                           what a person cancelled
  oact requeue 17 --status completed                       compute a result anew`,
    )
    .action(async (args: IdRange[] | undefined, flags: RequeueFlags, self: Command) => {
      const { runRequeue } = await import('../../steer/run-requeue.ts');
      await runRequeue(self, args ?? [], flags);
    });
}
