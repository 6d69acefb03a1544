import type { Command } from 'commander';
import type { UpdateFlags } from '../../steer/run-update.ts';

export function registerUpdate(program: Command): void {
  program
    .command('update')
    .summary('write into the table what the job directories say')
    .description(
      [
        'Reads the job directories, as dashboard --update of the existing tools does, and writes into the table what they say and it does',
        'not know: published results, and finished outputs of runs outside oact. A record is changed only if nobody has changed it',
        'meanwhile; one whose job is on the queue only by its own published result; one that failed or timed out only if a newer output',
        'ended well. What may still run, and what cannot be judged, is named and left. Asks before it writes; the queue is not touched.',
      ].join(' '),
    )
    .argument('[database]', 'workflow.db of the existing tools, instead of a campaign directory')
    .argument('[root]', 'its job root')
    .option('--from-disk', 'read the job directories')
    .option(
      '--recheck-completed',
      'completed records, too: add numbers that are missing, name outputs that say otherwise',
    )
    .option('--no-retry', 'let failures stand: no attempt follows by itself')
    .option('--dry-run', 'say what would be written')
    .option('--yes', 'do not ask')
    .option('--verbose', 'name every record')
    .option('--json', 'print JSON, with every record')
    .addHelpText(
      'after',
      `
Exit codes: 0 written (with --dry-run: there is something to write), 1 error, 2 wrong usage or nobody said yes, 3 nothing to write,
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
