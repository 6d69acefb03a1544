import type { Command } from 'commander';
import type { RecoverFlags } from '../../serve/run-recover.ts';

export function registerRecover(program: Command): void {
  program
    .command('recover')
    .summary('rebuild the queue from the database, and adopt results found on disk')
    .description(
      [
        'Makes database, queue and job directories agree again, after a Redis that lost its data, a database restored from a backup,',
        'or a campaign begun with the existing tools. Settles what is published on disk, adopts finished outputs that the database',
        'does not know, and puts lost jobs on the queue. Run twice, it does nothing the second time.',
      ].join(' '),
    )
    .argument('[database]', 'workflow.db of the existing tools, instead of a campaign directory')
    .argument('[root]', 'its job root')
    .option('--dry-run', 'say what would be done; write nothing')
    .option('--no-queue', 'leave the queue alone: database and job directories only, without Redis')
    .option(
      '--restore-id',
      'this is an older copy of this very database, without the tables of oact: give it its campaign id again',
    )
    .option('--no-retry', 'let failures stand: no attempt follows by itself')
    .option('--verbose', 'name every record')
    .option('--json', 'print JSON, with every record')
    .addHelpText(
      'after',
      `
Examples:
  oact recover --dry-run --verbose    what is there to be adopted?
  oact recover                        after a crash of Redis or a restored workflow.db
  oact recover --no-queue             before Redis is started again
  oact recover workflow.db jobs/ --no-queue --dry-run`,
    )
    .action(
      async (database: string | undefined, root: string | undefined, flags: RecoverFlags, self: Command) => {
        const { runRecover } = await import('../../serve/run-recover.ts');
        await runRecover(self, flags, { database, root });
      },
    );
}
