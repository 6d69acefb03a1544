import type { Command } from 'commander';

/** @param job the command `oact job` */
export function registerJobExplain(job: Command): void {
  job
    .command('explain')
    .summary('why a job is not running, or failed, and what to do')
    .description(
      [
        'Says in a sentence or two why a job is not running, what it does, or why it failed and what to do, and names the commands that help.',
        'Asks the database, the job directory and, for a job on its way, the queue. Works without Redis as far as it can, and writes nothing.',
      ].join(' '),
    )
    .argument('<record>', 'record, by its id (column id of the database) or its name')
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
