import type { Command } from 'commander';
import type { RecoverFlags } from '../../serve/run-recover.ts';

export function registerRecover(program: Command): void {
  program
    .command('recover')
    .summary('rebuild the queue, and adopt results found on disk')
    .description(
      [
        'Makes database, queue and job directories agree again after Redis lost its data, you restored the database from a backup,',
        'or you took over a campaign of the existing tools. Settles published results, adopts finished outputs that the database',
        'does not know, and puts lost jobs on the queue. You can repeat it safely.',
      ].join(' '),
    )
    .argument('[database]', 'workflow.db of the existing tools, if you have no campaign directory')
    .argument('[root]', 'job root of this workflow.db')
    .option('--dry-run', 'only show what would be done')
    .option('--no-queue', 'work only on the database and the job directories, without Redis')
    .option(
      '--restore-id',
      'give an older copy of this database, without the tables of oact, its campaign id again',
    )
    .option('--no-retry', 'do not retry failures')
    .option('--verbose', 'list every record')
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
