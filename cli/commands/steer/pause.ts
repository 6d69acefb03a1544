import type { Command } from 'commander';
import type { PauseFlags } from '../../steer/run-pause.ts';

export function registerPause(program: Command): void {
  program
    .command('pause')
    .summary('give out no more jobs')
    .description(
      [
        'No consumer gets a job any more until oact resume; running ones go on, and the queue is kept filled. Idle consumers end after',
        'their --idle-timeout, so that their nodes are given back. The pause stands in the database and outlives Redis.',
      ].join(' '),
    )
    .option('--reason <text>', 'why; shown by oact status')
    .option('--json', 'print JSON')
    .addHelpText(
      'after',
      `
Exit codes: 0 paused, 1 error, or Redis is away and nobody is there to do it later, 2 wrong usage.

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
    .summary('give out jobs again')
    .description('Ends a pause: consumers that wait take jobs at once.')
    .option('--json', 'print JSON')
    .addHelpText('after', '\nExit codes: 0 not paused any more, 1 error.\n\nExamples:\n  oact resume')
    .action(async (flags: PauseFlags, self: Command) => {
      const { runPause } = await import('../../steer/run-pause.ts');
      await runPause(self, false, flags);
    });
}
