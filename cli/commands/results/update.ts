import type { Command } from 'commander';
import type { UpdateFlags } from '../../steer/run-update.ts';

export function registerUpdate(program: Command): void {
  program
    .command('update')
    .summary('bring the table up to date with the job directories')
    .description(
      [
        'Reads the job directories, like dashboard --update of the existing tools, and writes into the table what it does',
        'not know yet: published results, and finished outputs of runs outside oact. It changes a record only if no other process changed it',
        'meanwhile. A queued record changes only by its own published result, and a failed or timed-out record only if a newer output',
        'completed. Records that may still run, or cannot be judged, are listed and left unchanged. It asks before it writes, and does not change the queue.',
      ].join(' '),
    )
    .argument('[database]', 'workflow.db of the existing tools, if you have no campaign directory')
    .argument('[root]', 'job root of this workflow.db')
    .option('--from-disk', 'read the job directories (required)')
    .option(
      '--recheck-completed',
      'check completed records too: add missing numbers, list outputs that say otherwise',
    )
    .option('--no-retry', 'do not retry failures')
    .option('--dry-run', 'only show what would be written')
    .option('--yes', 'do not ask for confirmation')
    .option('--verbose', 'list every record')
    .option('--json', 'print JSON, with every record')
    .addHelpText(
      'after',
      `
Exit codes: 0 written (with --dry-run: there is something to write), 1 error, 2 wrong usage or not confirmed, 3 nothing to write,
128+n stopped by a signal.

Examples:
  oact update --from-disk --dry-run --verbose
  oact update --from-disk --yes
  oact update --from-disk --recheck-completed workflow.db jobs/`,
    )
    .action(
      async (database: string | undefined, root: string | undefined, flags: UpdateFlags, self: Command) => {
        const { runUpdate } = await import('../../steer/run-update.ts');
        await runUpdate(self, flags, { database, root });
      },
    );
}
