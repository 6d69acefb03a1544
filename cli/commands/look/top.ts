import type { Command } from 'commander';
import { positiveDuration } from '../../flags/parse-flags.ts';
import type { TopFlags } from '../../top/run-top.ts';

export function registerTop(program: Command): void {
  program
    .command('top')
    .summary('show nodes, slots and jobs, live')
    .description(
      [
        'Shows all nodes with their slots and the progress of each job, and the records that failed last; above them rate, ETA and queue.',
        'Updates until you press q. Enter opens a job with its attempts, curves and the end of its output; / filters; x cancels a job, d drains',
        'a node, r requeues a failed record, and each asks first; ? lists all keys. If input or output is not a terminal, it prints once.',
        'Without Redis, it shows the database. Changes nothing that you do not confirm.',
      ].join(' '),
    )
    .option('--interval <duration>', 'time between updates', positiveDuration, 2)
    .option('--once', 'print once, and leave the screen as it is')
    .option('--json', 'print once, as JSON')
    .addHelpText(
      'after',
      '\nExamples:\n  oact top\n  oact top --interval 10s\n  oact top --once | less -S\n  oact top --json | jq .queue',
    )
    .action(async (flags: TopFlags, self: Command) => {
      const { runTop } = await import('../../top/run-top.ts');
      await runTop(self, flags);
    });
}
