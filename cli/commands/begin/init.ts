import type { Command } from 'commander';
import { addColumnFlags, addImportFlags, addSourceFlags } from '../../flags/import-flags.ts';
import type { InitFlags } from '../../campaign/run-init.ts';

export function registerInit(program: Command): void {
  const command = program
    .command('init')
    .summary('create a campaign from structures')
    .description(
      'Creates a campaign directory (oact.yaml, workflow.db, jobs/) from structures, or takes over an existing workflow.db.',
    )
    .argument('<dir>', 'the campaign directory')
    .argument('[surplus...]', 'none; file names of an unquoted pattern end up here, and the error says so')
    .optionsGroup('Where the structures are (one of):');
  addSourceFlags(command).option(
    '--database <file>',
    'a workflow.db of the existing tools; it stays where it is',
  );
  addColumnFlags(command).optionsGroup('Other:');
  addImportFlags(command)
    .option('--site <name>', 'write only the batch script of this site (see oact alloc sites)')
    .option(
      '--adopt-copy',
      'make a copied campaign (cp -r) independent: it gets a new id, its own queue and its own Redis',
    )
    .option('--json', 'print JSON')
    .addHelpText(
      'after',
      `
Each structure needs a charge and a multiplicity, from the source or from a flag. Rows without them, and rows that could not run, are
bad and left out. To add more files later, use oact import.

Examples:
  oact init campaign --csv structures.csv --multiplicity-column spin --dry-run
  oact init campaign --csv wave1.csv --geometry-column structure --unpaired-column uhf --extra-columns metal:TEXT
  oact init campaign --xyz structures/ --charge 0 --multiplicity 1
  oact init campaign --database /lustre/me/workflow.db --site frontier`,
    )
    .action(async (dir: string, surplus: string[], flags: InitFlags) => {
      const { runInit } = await import('../../campaign/run-init.ts');
      await runInit(dir, flags, surplus);
    });
}
