import type { Command } from 'commander';
import { idRanges } from '../../flags/parse-flags.ts';
import type { CleanFlags } from '../../steer/run-clean.ts';

export function registerClean(program: Command): void {
  program
    .command('clean')
    .summary('remove scratch of completed records')
    .description(
      [
        'Removes scratch that ORCA left in the directories of completed records: *.tmp, *.tmp.N, core files, orca_tmp_… and basis files *.bas.',
        'Outputs, orbitals, geometries and results stay. Without --yes, it only shows what it would remove. It cleans a record only if its',
        'directory shows that it is completed and lies below the job root, and if no attempt is open. It follows no links.',
        'It does not change the table.',
      ].join(' '),
    )
    .argument(
      '[record...]',
      'record ids, ranges or names, for example 17 20-25 UCl4-7 (default: all completed ones)',
    )
    .option('--ids <list>', 'the same, as a list: 1-10,17', idRanges)
    .option('--keep-basis', 'keep basis files')
    .option('--dry-run', 'only show what would be removed (the default without --yes)')
    .option('--yes', 'remove the files')
    .option('--verbose', 'list every file')
    .option('--json', 'print JSON, with every file')
    .addHelpText(
      'after',
      `
Exit codes: 0 done, 1 a directory could not be cleaned, 2 wrong usage, 3 no completed record is selected, 128+n stopped by a signal.

Examples:
  oact clean                      how much is there?
  oact clean --yes
  oact clean 1-1000 --keep-basis --verbose`,
    )
    .action(async (words: string[], flags: CleanFlags, self: Command) => {
      const { runClean } = await import('../../steer/run-clean.ts');
      const { recordsOf } = await import('../../job/name-records.ts');
      await runClean(self, recordsOf(self, words), flags);
    });
}
