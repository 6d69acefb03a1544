import type { Command } from 'commander';
import type { PauseFlags } from '../../steer/run-pause.ts';

export function registerPause(program: Command): void {
  program
    .command('pause')
    .summary('start no more jobs')
    .description(
      [
        'Consumers get no more jobs until oact resume. Running jobs continue, and the queue stays filled. Idle consumers end after',
        'their --idle-timeout, which gives their nodes back. The pause is recorded in the database and outlives Redis.',
      ].join(' '),
    )
    .option('--reason <text>', 'reason, shown by oact status')
    .option('--json', 'print JSON')
    .addHelpText(
      'after',
      `
Exit codes: 0 paused, 1 error, or Redis is down and no oact serve will do it later, 2 wrong usage.

Examples:
  oact pause --reason "file system maintenance"
  oact resume`,
    )
    .action(async (flags: PauseFlags, self: Command) => {
      const { runPause } = await import('../../steer/run-pause.ts');
      await runPause(self, true, flags);
    });
  program
    .command('resume')
    .summary('start jobs again')
    .description('Ends a pause: waiting consumers take jobs at once.')
    .option('--json', 'print JSON')
    .addHelpText('after', '\nExit codes: 0 resumed, 1 error.\n\nExamples:\n  oact resume')
    .action(async (flags: PauseFlags, self: Command) => {
      const { runPause } = await import('../../steer/run-pause.ts');
      await runPause(self, false, flags);
    });
}
