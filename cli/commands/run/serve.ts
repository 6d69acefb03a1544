import { type Command, Option } from 'commander';
import { addBatchFlags } from '../../flags/batch-flags.ts';
import { portNumber, positiveDuration, wholeNumber } from '../../flags/parse-flags.ts';
import { addSelectionFlags } from '../../flags/selection-flags.ts';
import type { ServeFlags } from '../../serve/run-serve.ts';

export function registerServe(program: Command): void {
  const command = program
    .command('serve')
    .summary('keep a campaign going on a login node')
    .description(
      'The one long-lived process of a campaign: keeps the queue filled to its high-water mark and writes finished jobs into the database.',
    )
    .option(
      '--high-water <n>',
      'jobs that may wait in the queue; a few times the slots of all nodes',
      wholeNumber(1),
    )
    .option('--once', 'one round instead of running until stopped: for cron')
    .option('--json', 'with --once: print what the round did as JSON')
    .option('--board-port <n>', 'serve the pages of oact board, too; 0 for any free port', portNumber(0))
    .option('--allow-actions', 'let these pages requeue, cancel, pause and resume')
    .option('--no-retry', 'let failures stand: no attempt follows by itself')
    .option(
      '--metrics-port <n>',
      'serve /metrics for Prometheus on this port of loopback, 0 for any free one',
      portNumber(0),
    )
    // For tests only: a minute between two looks at the locks is too long to wait for.
    .addOption(new Option('--stalled-interval <n>').argParser(positiveDuration).hideHelp())
    .addOption(new Option('--notice-seconds <n>').argParser(positiveDuration).hideHelp())
    .addOption(new Option('--lease-seconds <n>').argParser(positiveDuration).hideHelp())
    .addOption(new Option('--hook-interval <n>').argParser(positiveDuration).hideHelp())
    .addHelpText(
      'after',
      `
It uses the Redis that oact redis start left running, or OACT_REDIS_URL. Stopping it stops no job: start it again
and it goes on.

--once is for login nodes where nothing may stay: each call enqueues, settles, takes back the jobs of vanished consumers (those
that two calls in a row found without an owner) and ends within seconds. Exit code 0: the round was done, whether there was
work or not; 1: the database or Redis cannot be used; 130 or 143: stopped by a signal. It may run beside oact serve and beside itself.

Examples:
  */5 * * * *  cd /lustre/me/campaign && oact serve --once >> serve.log 2>&1
  oact serve --high-water 2000
  oact serve --board-port 3000 --metrics-port 9464
  nohup oact serve > serve.log 2>&1 &`,
    )
    .action(async (flags: ServeFlags, self: Command) => {
      if (flags.once === true) {
        const { runServeOnce } = await import('../../serve/run-serve-once.ts');
        return runServeOnce(self, flags);
      }
      const { runServe } = await import('../../serve/run-serve.ts');
      await runServe(self, flags);
    });
  addSelectionFlags(command, 'all');
  addBatchFlags(command);
}
