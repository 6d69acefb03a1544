import { type Command, Option } from 'commander';
import { positiveDuration } from '../../flags/parse-flags.ts';
import type { ReconcileFlags } from '../../serve/run-reconcile.ts';

export function registerReconcile(program: Command): void {
  program
    .command('reconcile')
    .summary('write finished jobs into the database')
    .description(
      'Settles finished jobs in the database, puts jobs of vanished consumers back, and adds jobs again that Redis has lost.',
    )
    .option('--once', 'one round instead of running until stopped')
    .option('--no-retry', 'let failures stand: no attempt follows by itself')
    .option('--json', 'print the totals as JSON')
    .addOption(new Option('--stalled-interval <n>').argParser(positiveDuration).hideHelp())
    .addOption(new Option('--notice-seconds <n>').argParser(positiveDuration).hideHelp())
    .addHelpText('after', '\nExamples:\n  oact reconcile --once\n  oact reconcile')
    .action(async (flags: ReconcileFlags, self: Command) => {
      const { runReconcile } = await import('../../serve/run-reconcile.ts');
      await runReconcile(self, flags);
    });
}
