import { type Command, Option } from 'commander';
import { positiveDuration } from '../../flags/parse-flags.ts';
import type { ReconcileFlags } from '../../serve/run-reconcile.ts';

export function registerReconcile(program: Command): void {
  program
    .command('reconcile')
    .summary('record finished jobs in the database')
    .description(
      'Settles finished jobs in the database, returns jobs of lost consumers to the queue, and adds jobs that Redis has lost.',
    )
    .option('--once', 'do one round and end')
    .option('--no-retry', 'do not retry failures')
    .option('--json', 'print the totals as JSON')
    .addOption(new Option('--stalled-interval <n>').argParser(positiveDuration).hideHelp())
    .addOption(new Option('--notice-seconds <n>').argParser(positiveDuration).hideHelp())
    .addHelpText('after', '\nExamples:\n  oact reconcile --once\n  oact reconcile')
    .action(async (flags: ReconcileFlags, self: Command) => {
      const { runReconcile } = await import('../../serve/run-reconcile.ts');
      await runReconcile(self, flags);
    });
}
