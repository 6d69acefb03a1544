import type { Command } from 'commander';
import type { DrainFlags } from '../../node/run-consumer-drain.ts';

export function registerConsumer(program: Command): void {
  const consumer = program
    .command('consumer')
    .summary('list and drain the consumers of all nodes')
    .description('Lists the consumers of all nodes, and asks them to drain.');
  consumer
    .command('list')
    .summary('list the consumers and their state')
    .description(
      'Lists the consumers that run and, for a day, those that ended or fell silent. ' +
        'A silent consumer has not reported for a minute: its node may be lost, or cannot reach Redis.',
    )
    .option('--json', 'print JSON')
    .addHelpText(
      'after',
      '\nExamples:\n  oact consumer list\n  oact consumer list --json | jq .consumers[].node',
    )
    .action(async (flags: { json?: boolean }, self: Command) => {
      const { runConsumerList } = await import('../../node/run-consumer-list.ts');
      await runConsumerList(self, flags);
    });
  consumer
    .command('drain')
    .summary('ask consumers to stop after their jobs')
    .description(
      'Asks consumers to drain, as a SIGTERM on their node would. They take no more jobs, let jobs end within their ' +
        '--grace, hand the others back, and end with exit code 75. They are notified within ten seconds.',
    )
    .argument('[name...]', 'names of nodes, or ids from oact consumer list')
    .option('--all', 'drain all consumers')
    .option('--yes', 'do not ask for confirmation of --all')
    .option('--wait', 'wait until they have ended')
    .option('--dry-run', 'only list them')
    .option('--json', 'print JSON')
    .addHelpText(
      'after',
      `
Exit codes: 0 asked (with --wait: ended), 1 no such consumer, or one fell silent before it ended, 2 wrong usage,
3 no consumer runs.

Examples:
  oact consumer drain n0123
  oact consumer drain n0123 n0124 --wait
  oact consumer drain --all --yes`,
    )
    .action(async (names: string[], flags: DrainFlags, self: Command) => {
      const { runConsumerDrain } = await import('../../node/run-consumer-drain.ts');
      await runConsumerDrain(self, names, flags);
    });
}
