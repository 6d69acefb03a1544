import type { Command } from 'commander';
import type { DrainFlags } from '../../node/run-consumer-drain.ts';

export function registerConsumer(program: Command): void {
  const consumer = program
    .command('consumer')
    .summary('see and stop the consumers of all nodes')
    .description('Shows the consumers of all nodes, and asks them to drain.');
  consumer
    .command('list')
    .summary('which consumers there are, and how they are')
    .description(
      'Lists the consumers as they announced themselves: those that run, and for a day those that ended or went silent. ' +
        'A silent one has said nothing for a minute: its node may have vanished, or cannot reach Redis.',
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
    .summary('ask consumers on other nodes to stop')
    .description(
      'Asks consumers to drain, as a SIGTERM on their node would: they take no job any more, let end what ends within their ' +
        '--grace, hand the rest back, and end with exit code 75. They hear of it within ten seconds.',
    )
    .argument('[name...]', 'names of nodes, or ids as oact consumer list shows them')
    .option('--all', 'all of them')
    .option('--yes', 'do not ask before --all')
    .option('--wait', 'return when they have ended')
    .option('--dry-run', 'only show which ones')
    .option('--json', 'print JSON')
    .addHelpText(
      'after',
      `
Exit codes: 0 asked (with --wait: ended), 1 no such consumer, or one went silent while waited for, 2 wrong usage,
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
