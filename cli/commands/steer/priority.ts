import { type Command, InvalidArgumentError } from 'commander';
import type { IdRange } from '../../../workflow/records/list-candidates.ts';
import { idRanges } from '../../flags/parse-flags.ts';
import { collectIds } from '../../flags/record-ids.ts';
import type { PriorityFlags } from '../../steer/run-priority.ts';

/** Levels fit into what is read at a glance. */
const mostLevel = 1000;

function levelOf(text: string): number {
  const level = Number(text);
  if (!/^-?\d+$/.test(text.trim()) || Math.abs(level) > mostLevel)
    throw new InvalidArgumentError(`expected a whole number from -${mostLevel} to ${mostLevel}`);
  return level;
}

export function registerPriority(program: Command): void {
  program
    .command('priority')
    .summary('have records taken before or after all others')
    .description(
      [
        'Has records taken before or after all others. Every record has level 0; the higher ones are claimed first and stand before all',
        'that waits on the queue, the lower ones are claimed last. The level stays with the record. What runs goes on, and an interrupted',
        'job that is handed back goes before all.',
      ].join(' '),
    )
    .argument('[id...]', 'record ids or ranges, for example 17 20-25', collectIds)
    .option('--ids <list>', 'the same as a list, for example 1-10,17', idRanges)
    .optionsGroup('Where they go:')
    .option('--front', 'before all others: one level above the highest')
    .option('--back', 'behind all others: one level below the lowest')
    .option('--level <n>', 'to a level of their own; 0 is that of all the others', levelOf)
    .optionsGroup('What is done:')
    .option('--dry-run', 'only show which ones')
    .option('--json', 'print JSON')
    .addHelpText(
      'after',
      `
Exit codes: 0 done, 1 error, or Redis is away and jobs on the queue were not moved, 2 wrong usage, 3 none of them waits or runs.

Examples:
  oact priority 17 --front
  oact priority --ids 100-200 --back
  oact priority --ids 1-10 --level 0            like all the others again`,
    )
    .action(async (args: IdRange[] | undefined, flags: PriorityFlags, self: Command) => {
      const { runPriority } = await import('../../steer/run-priority.ts');
      await runPriority(self, args ?? [], flags);
    });
}
