import type { Command } from 'commander';
import { InvalidArgumentError } from 'commander';
import { wholeNumber } from '../../flags/parse-flags.ts';
import type { InitFlags } from '../../campaign/run-init.ts';

function integer(text: string): number {
  if (!/^[+-]?\d+$/.test(text)) throw new InvalidArgumentError('expected a whole number');
  return Number(text);
}

export function registerInit(program: Command): void {
  program
    .command('init')
    .summary('make a campaign from structures')
    .description(
      'Makes a campaign directory (oact.yaml, workflow.db, jobs/) from structures, or adopts an existing workflow.db.',
    )
    .argument('<dir>', 'the campaign directory')
    .optionsGroup('Where the structures are (one of):')
    .option('--csv <file>', 'a table with one structure per row')
    .option('--xyz <glob>', "XYZ files, e.g. 'structures/*.xyz' in quotes")
    .option('--extxyz <file>', 'an extended XYZ file with many frames')
    .option('--database <file>', 'a workflow.db of the existing tools; it stays where it is')
    .optionsGroup('Columns of the table:')
    .option(
      '--geometry-column <name>',
      'XYZ text or bare atom lines, in ångström (default: aligned_csd_core)',
    )
    .option('--charge-column <name>', 'total charge (default: charge)')
    .option('--multiplicity-column <name>', '2S+1')
    .option('--unpaired-column <name>', 'number of unpaired electrons, 2S')
    .option('--extra-columns <list>', 'columns to keep, e.g. metal:TEXT,ox:INTEGER')
    .optionsGroup('XYZ files that do not say it in their comment line:')
    .option('--charge <n>', 'total charge', integer)
    .option('--multiplicity <n>', '2S+1', wholeNumber(1))
    .optionsGroup('Other:')
    .option('--site <name>', 'place the script of this machine only, made for it: oact alloc sites')
    .option('--strict', 'import nothing if any row is bad (default: report and skip bad rows)')
    .option(
      '--adopt-copy',
      'make a copied campaign (cp -r) one of its own: a new id, a queue and a Redis of its own',
    )
    .option('--json', 'print JSON')
    .addHelpText(
      'after',
      `
Doing it again with the same file adds only what is new.

Examples:
  oact init campaign --csv structures.csv --multiplicity-column spin
  oact init campaign --csv wave2.csv --geometry-column structure --unpaired-column uhf --extra-columns metal:TEXT
  oact init campaign --xyz 'structures/*.xyz' --charge 0 --multiplicity 1
  oact init campaign --database /lustre/me/workflow.db --site frontier`,
    )
    .action(async (dir: string, flags: InitFlags) => {
      const { runInit } = await import('../../campaign/run-init.ts');
      await runInit(dir, flags);
    });
}
