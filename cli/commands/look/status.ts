import type { Command } from 'commander';
import type { StatusFlags } from '../../status/run-status.ts';

export function registerStatus(program: Command): void {
  program
    .command('status')
    .summary('show database and queue side by side')
    .description('Counts the records by status and the jobs by state. Works without Redis. Writes nothing.')
    .option('--watch', 'repeat every two seconds, until Ctrl+C')
    .option('--json', 'print JSON')
    .addHelpText('after', '\nExamples:\n  oact status\n  oact status --json\n  oact status --watch')
    .action(async (flags: StatusFlags, self: Command) => {
      const { runStatus } = await import('../../status/run-status.ts');
      await runStatus(self, flags);
    });
}
