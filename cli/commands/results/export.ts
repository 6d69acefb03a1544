import { type Command, Option } from 'commander';
import { idRanges } from '../../flags/parse-flags.ts';
import type { ExportFlags } from '../../steer/run-export.ts';

const split = (text: string): string[] => text.split(',').map((part) => part.trim());

export function registerExport(program: Command): void {
  program
    .command('export')
    .summary('write results as CSV, JSON lines or extended XYZ')
    .description(
      [
        'Writes results to a file or to stdout. csv and jsonl contain rows of the table with the newest attempt; energies are in Eh, with units in',
        'the column names. extxyz contains one frame per completed record for ASE: ångström, energy in eV, forces in eV/Å, with units and sources',
        'in each comment line. For an optimization it writes the last geometry. Forces come from orca.engrad, and only if it belongs to the same',
        'geometry and energy. The file appears only when it is complete.',
      ].join(' '),
    )
    .argument('[record...]', 'record ids, ranges or names, for example 17 20-25 UCl4-7 (default: all)')
    .addOption(
      new Option('--format <format>', 'format (default: by the ending of --output)').choices([
        'csv',
        'jsonl',
        'extxyz',
      ]),
    )
    .option('-o, --output <file>', 'file to write (default: stdout)')
    .addOption(
      new Option(
        '--status <list>',
        'with one of these statuses, separated by commas: to_run, running, completed, failed, timeout, all (default: completed)',
      ).argParser(split),
    )
    .option('--ids <list>', 'the same, as a list: 1-10,17', idRanges)
    .option('--require-forces', 'extxyz: leave out frames without forces')
    .option(
      '--raw',
      'csv: write text unchanged; by default, text that a spreadsheet would run as a formula gets an apostrophe',
    )
    .option('--yes', 'replace an existing file')
    .option('--json', 'print a summary as JSON; needs --output')
    .addHelpText(
      'after',
      `
Exit codes: 0 written, 1 error, 2 wrong usage or the file exists, 3 nothing to export, 128+n stopped by a signal.

Examples:
  oact export -o results.csv
  oact export --format jsonl --status failed,timeout | jq -r .errorMessage | sort | uniq -c
  oact export -o training.xyz --require-forces`,
    )
    .action(async (words: string[], flags: ExportFlags, self: Command) => {
      const { runExport } = await import('../../steer/run-export.ts');
      const { recordsOf } = await import('../../job/name-records.ts');
      await runExport(self, recordsOf(self, words), flags);
    });
}
