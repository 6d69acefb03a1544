import { type Command, Option } from 'commander';
import { addBatchFlags } from '../../flags/batch-flags.ts';
import { portNumber, positiveDuration, wholeNumber } from '../../flags/parse-flags.ts';
import { addLogFileFlag } from '../../flags/log-file.ts';
import { addSelectionFlags } from '../../flags/selection-flags.ts';
import type { ServeFlags } from '../../serve/run-serve.ts';

export function registerServe(program: Command): void {
  const command = program
    .command('serve')
    .summary('keep queue and table up to date, on a login node')
    .description(
      'Keeps the queue filled to its high-water mark and records finished jobs in the database. It is the one long-lived process of a campaign; with --once it needs none.',
    )
    .option(
      '--high-water <n>',
      'number of jobs to keep on the queue; a few times the slots of all nodes',
      wholeNumber(1),
    )
    .argument(
      '[script...]',
      'with --chain, after --: the batch script of the next allocation, and its arguments',
    )
    .option('--until-done', 'end when every record that can run has run')
    .option(
      '--with-redis',
      "join the campaign's Redis or start one on this machine that ends with this process, and replace it when its keeper is gone",
    )
    .option(
      '--bind <address>',
      'with --with-redis: address that the other nodes reach (default: the host name)',
    )
    .option('--no-tls', 'with --with-redis: serve other nodes without encryption')
    .option(
      '--reserve-cores <n>',
      'with --with-redis: cores of this node for this process (default: 1, of large nodes 2)',
      wholeNumber(0),
    )
    .option(
      '--chain [n]',
      'with --with-redis: submit the next allocation at the start of this one, n of them in all (default: 10), and cancel it when the campaign is done',
      wholeNumber(0),
    )
    .option('--once', 'do one round and end; for cron')
    .option('--json', 'with --once: print the totals as JSON')
    .option(
      '--board-port <n>',
      'also serve the pages of oact board on this port (0 = any free port)',
      portNumber(0),
    )
    .option('--allow-actions', 'add buttons to these pages that requeue, cancel, pause and resume')
    .addOption(
      new Option(
        '--install <how>',
        'print what keeps this command running, with the flags that you give: a systemd user unit, or a line for cron',
      ).choices(['systemd', 'cron']),
    )
    .option('--write', 'with --install systemd: write the unit instead of printing it')
    .option('--no-retry', 'do not retry failures')
    .option(
      '--metrics-port <n>',
      'serve /metrics for Prometheus on this loopback port (0 = any free port)',
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
It uses the Redis that you started with oact redis start, or OACT_REDIS_URL. Stopping it stops no job; when you start it
again, it resumes.

--once is for login nodes that allow no long-lived process. Each call enqueues, settles, returns jobs of lost consumers to the queue
(jobs that two calls in a row found without an owner), and ends within seconds. It may run beside oact serve and beside itself.
Exit codes with --once: 0 the round is done, with or without work, 1 the database or Redis cannot be used, 130 or 143 stopped by a signal.

Examples:
  */5 * * * *  cd /lustre/me/campaign && oact serve --once --log-file serve.log
  oact serve --high-water 2000
  oact serve --board-port 3000 --metrics-port 9464
  nohup oact serve --log-file serve.log &
  oact serve --install systemd --write`,
    )
    .action(async (script: string[], flags: ServeFlags, self: Command) => {
      if (flags.install !== undefined) {
        const { runInstall } = await import('../../serve/install/run-install.ts');
        return runInstall(self, flags);
      }
      if (flags.once === true) {
        const { runServeOnce } = await import('../../serve/run-serve-once.ts');
        return runServeOnce(self, flags);
      }
      const { runServe } = await import('../../serve/run-serve.ts');
      await runServe(self, flags, script);
    });
  addSelectionFlags(command, 'all');
  addBatchFlags(command);
  addLogFileFlag(command.optionsGroup('Log:'));
}
