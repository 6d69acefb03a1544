import { type Command, InvalidArgumentError } from 'commander';
import { idRanges } from '../../flags/parse-flags.ts';
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
    .summary('run records before or after all others')
    .description(
      [
        'Runs records before or after all others. Every record has level 0. Records with a higher level are claimed first and stand before all',
        'others on the queue; records with a lower level are claimed last. The level stays with the record. Running jobs continue, and an interrupted',
        'job that is handed back goes first.',
      ].join(' '),
    )
    .argument('[record...]', 'record ids, ranges or names, for example 17 20-25 UCl4-7')
    .option('--ids <list>', 'the same, as a list: 1-10,17', idRanges)
    .optionsGroup('Position:')
    .option('--front', 'first: one level above the highest')
    .option('--back', 'last: one level below the lowest')
    .option('--level <n>', 'at this level; 0 is the default', levelOf)
    .optionsGroup('Action:')
    .option('--dry-run', 'only list them')
    .option('--json', 'print JSON')
    .addHelpText(
      'after',
      `
Exit codes: 0 done, 1 error, or Redis is down and queued jobs were not moved, 2 wrong usage, 3 no selected record waits or runs.

Examples:
  oact priority 17 --front
  oact priority --ids 100-200 --back
  oact priority --ids 1-10 --level 0            back to the default`,
    )
    .action(async (words: string[], flags: PriorityFlags, self: Command) => {
      const { runPriority } = await import('../../steer/run-priority.ts');
      const { recordsOf } = await import('../../job/name-records.ts');
      await runPriority(self, recordsOf(self, words), flags);
    });
}
