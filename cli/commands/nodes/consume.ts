import { type Command, Option } from 'commander';
import { addLogFileFlag } from '../../flags/log-file.ts';
import { addNodeFlags } from '../../flags/node-flags.ts';
import { durationSeconds, positiveDuration, wholeNumber } from '../../flags/parse-flags.ts';
import type { ConsumeFlags } from '../../node/run-consume.ts';

export function registerConsume(program: Command): void {
  const command = program
    .command('consume')
    .summary('run queued jobs on this node')
    .description(
      'Divides this node into pinned slots and runs queued jobs until you stop it, the queue stays empty, or the walltime ends.',
    )
    .option(
      '--job-timeout <duration>',
      'upper limit for the time limit of every job on this node',
      positiveDuration,
    )
    .option('--idle-timeout <duration>', 'end after this time without a job (default: 10m)', durationSeconds)
    .option('--jobs <n>', 'end when this number of jobs has ended (default: no limit)', wholeNumber(1))
    .option(
      '--give-up-after <duration>',
      'end when Redis is down for this time, and wait this long for one at the start (default: running jobs continue)',
      positiveDuration,
    )
    .option(
      '--crash-limit <n>',
      'fail a job after so many runs that were lost, cut off by the walltime, or stopped by a fault (default: 5)',
      wholeNumber(1),
    )
    // For tests only: the constants of core/job/queue-names.ts are too long to wait for.
    .addOption(new Option('--lock-seconds <n>').argParser(positiveDuration).hideHelp())
    .addOption(new Option('--renew-seconds <n>').argParser(positiveDuration).hideHelp())
    .addOption(new Option('--walltime-poll <n>').argParser(positiveDuration).hideHelp())
    .option('--json', 'print the report as JSON')
    .addHelpText(
      'after',
      `
The first SIGTERM, SIGINT or SIGUSR1 drains the node: jobs that do not end within --grace are stopped and handed back to
the queue, which costs no attempt. The second signal stops them at once. Inside an allocation, SIGTERM leaves no grace,
because the scheduler kills soon after it. Exit codes: 75 after a drain, 0 when the queue stayed empty or --jobs
have ended.

Examples:
  oact consume --cores-per-slot 16 --orca-path /opt/orca/orca
  oact consume --slots 4 --idle-timeout 5m --grace 2m
  oact consume --slots 1 --jobs 1`,
    )
    .action(async (flags: ConsumeFlags, self: Command) => {
      const { runConsume } = await import('../../node/run-consume.ts');
      await runConsume(self, flags);
    });
  addNodeFlags(command);
  addLogFileFlag(command.optionsGroup('Log:'));
}
