import type { Command } from 'commander';

/** @param job the command `oact job` */
export function registerJobExplain(job: Command): void {
  job
    .command('explain')
    .summary('say why a job is not running or failed, and what to do')
    .description(
      [
        'Says in a sentence or two why a job is not running, what it is doing, or why it failed, and which commands help.',
        'Reads the database, the job directory and, for an open job, the queue. Writes nothing. Without Redis it says what it can.',
      ].join(' '),
    )
    .argument('<record>', 'id (column id of the table) or name of the record')
    .option('--json', 'print JSON')
    .addHelpText(
      'after',
      '\nExit codes: 0 explained, 1 no such record or another error, 2 wrong usage.\n\nExamples:\n  oact job explain 17\n  oact job explain 17 --json | jq -r .state',
    )
    .action(async (id: string, flags: { json?: boolean }, self: Command) => {
      const { runJobExplain } = await import('../../job/explain/run-job-explain.ts');
      await runJobExplain(self, id, flags);
    });
}
