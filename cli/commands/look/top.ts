import type { Command } from 'commander';
import { positiveDuration } from '../../flags/parse-flags.ts';
import type { TopFlags } from '../../status/run-top.ts';

export function registerTop(program: Command): void {
  program
    .command('top')
    .summary('nodes, slots and jobs, live')
    .description(
      [
        'Shows all nodes with their slots, the jobs on them and how far each is, with rate, ETA and queue above, again and again until q is',
        'pressed; arrows, space and b scroll. Where output or input is no terminal it prints once. Without Redis the database is shown.',
        'Writes nothing.',
      ].join(' '),
    )
    .option('--interval <duration>', 'how often', positiveDuration, 2)
    .option('--once', 'print once, without taking the screen')
    .option('--json', 'print once, as JSON')
    .addHelpText(
      'after',
      '\nExamples:\n  oact top\n  oact top --interval 10s\n  oact top --once | less -S\n  oact top --json | jq .queue',
    )
    .action(async (flags: TopFlags, self: Command) => {
      const { runTop } = await import('../../status/run-top.ts');
      await runTop(self, flags);
    });
}
