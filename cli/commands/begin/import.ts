import type { Command } from 'commander';
import {
  addColumnFlags,
  addImportFlags,
  addSourceFlags,
  type ImportFlags,
} from '../../flags/import-flags.ts';

export function registerImport(program: Command): void {
  const command = program
    .command('import')
    .summary('add structures to a campaign')
    .description(
      'Adds the structures of another file to the campaign. Structures that the campaign already has are not added again.',
    )
    .argument('[surplus...]', 'none; file names of an unquoted pattern end up here, and the error says so')
    .optionsGroup('Where the structures are (one of):');
  addSourceFlags(command);
  addColumnFlags(command).optionsGroup('Other:');
  addImportFlags(command)
    .option('--update', 'correct records that are known and whose values differ, as oact set does')
    .option('--cancel', 'with --update: cancel records that run or wait on the queue, then correct them')
    .option('-y, --yes', 'with --update: correct without asking')
    .option('--json', 'print JSON')
    .addHelpText(
      'after',
      `
oact recognises a row by its key column, or by its name. If a known row has other values, it is shown and not imported.
With --update, the record is corrected: oact archives what was computed with the old values and queues the record again.

Examples:
  oact import --csv wave2.csv --multiplicity-column spin --dry-run
  oact import --csv wave2.csv --multiplicity-column spin
  oact import --xyz more/ --charge 2 --multiplicity 3
  oact import --csv corrected.csv --key-column refcode --update --dry-run
  oact import --csv ligands.csv --key-column refcode --default-charge 0`,
    )
    .action(async (surplus: string[], flags: ImportFlags) => {
      const { runImport } = await import('../../import/run-import.ts');
      await runImport(command, flags, surplus);
    });
}
