import type { Command } from 'commander';
import { addBatchFlags } from '../../flags/batch-flags.ts';
import { wholeNumber } from '../../flags/parse-flags.ts';
import { addSelectionFlags } from '../../flags/selection-flags.ts';
import type { EnqueueFlags } from '../../enqueue/run-enqueue.ts';

export function registerEnqueue(program: Command): void {
  const command = program
    .command('enqueue')
    .summary('put records on the queue')
    .description(
      'Claims records with the status to_run and puts them on the queue, where consumers take them.',
    )
    .argument('[database]', 'workflow.db of the existing tools, if you have no campaign directory')
    .argument('[root]', 'job root of this workflow.db')
    .option('--high-water <n>', 'stop when this many jobs wait on the queue (default: 10000)', wholeNumber(1))
    .option(
      '--watch',
      'keep the queue filled to that mark until Ctrl+C (all records, unless --batch-size or --ids limits them)',
    )
    .option('--dry-run', 'only show what would be queued, with one input')
    .option('--json', 'print JSON')
    .addHelpText(
      'after',
      `
Examples:
  oact enqueue --batch-size 100
  oact enqueue --batch-size 500 --max-fail-count 3 --order size --max-atoms 60
  oact enqueue --ids 1-10,17 --ks-method uks --dry-run
  oact enqueue --watch --high-water 200         beside oact reconcile; oact serve is both
  oact enqueue workflow.db jobs/ --batch-size 100`,
    )
    .action(
      async (database: string | undefined, root: string | undefined, flags: EnqueueFlags, self: Command) => {
        const { runEnqueue } = await import('../../enqueue/run-enqueue.ts');
        await runEnqueue(self, flags, { database, root });
      },
    );
  addSelectionFlags(command, 'small');
  addBatchFlags(command);
}
