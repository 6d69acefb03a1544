import type { Command } from 'commander';
import { addColumnFlags, addImportFlags, addSourceFlags } from '../../flags/import-flags.ts';
import type { InitFlags } from '../../campaign/run-init.ts';

export function registerInit(program: Command): void {
  const command = program
    .command('init')
    .summary('make a campaign from structures')
    .description(
      'Makes a campaign directory (oact.yaml, workflow.db, jobs/) from structures, or adopts an existing workflow.db.',
    )
    .argument('<dir>', 'the campaign directory')
    .argument('[surplus...]', 'nothing: names that an unquoted pattern leaves here are explained')
    .optionsGroup('Where the structures are (one of):');
  addSourceFlags(command).option(
    '--database <file>',
    'a workflow.db of the existing tools; it stays where it is',
  );
  addColumnFlags(command).optionsGroup('Other:');
  addImportFlags(command)
    .option('--site <name>', 'place the script of this machine only, made for it: oact alloc sites')
    .option(
      '--adopt-copy',
      'make a copied campaign (cp -r) one of its own: a new id, a queue and a Redis of its own',
    )
    .option('--json', 'print JSON')
    .addHelpText(
      'after',
      `
Every structure gets its charge and multiplicity from its source or from a flag; a row without them is bad, and so is one that could
not run. Later files: oact import.

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
