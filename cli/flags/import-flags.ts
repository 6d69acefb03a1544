import { type Command, InvalidArgumentError, Option } from 'commander';
import { wholeNumber } from './parse-flags.ts';

/** Where structures come from and how they are read: flags of `oact init` and `oact import`. */
export interface ImportFlags {
  csv?: string;
  xyz?: string;
  extxyz?: string;
  geometryColumn?: string;
  chargeColumn?: string;
  multiplicityColumn?: string;
  unpairedColumn?: string;
  nameColumn?: string;
  keyColumn?: string;
  extraColumns?: string;
  charge?: number;
  multiplicity?: number;
  defaultCharge?: number;
  defaultMultiplicity?: number;
  asNew?: boolean;
  /** Of `oact import` only. */
  update?: boolean;
  cancel?: boolean;
  yes?: boolean;
  keepDuplicates?: boolean;
  strict?: boolean;
  dryRun?: boolean;
  json?: boolean;
}

/** A source: one of each kind, so that no earlier one is dropped unseen. */
const source = (flags: string, words: string): Option => {
  const option = new Option(flags, words);
  return option.argParser((text: string, before: string | undefined) => {
    if (before === undefined) return text;
    throw new InvalidArgumentError(
      `'${before}' is already given; give one source at a time, and add the next with oact import`,
    );
  });
};

/** Options of one group have one column in the help, so both commands list them in the same order. */
export function addSourceFlags(command: Command): Command {
  return command
    .addOption(
      source('--csv <file>', 'a table with one structure per row: commas, semicolons, tabs or pipes'),
    )
    .addOption(source('--xyz <dir>', "XYZ files: a directory, or a pattern in quotes, 'structures/*.xyz'"))
    .addOption(source('--extxyz <file>', 'an extended XYZ file with many frames'));
}

export function addColumnFlags(command: Command): Command {
  return command
    .optionsGroup('Columns of the table, or keys of an XYZ comment line:')
    .option(
      '--geometry-column <name>',
      'XYZ text or bare atom lines, in ångström (default: aligned_csd_core)',
    )
    .option('--charge-column <name>', 'total charge (default: charge)')
    .option('--multiplicity-column <name>', '2S+1 (default: multiplicity)')
    .option('--unpaired-column <name>', 'number of unpaired electrons, 2S')
    .option('--name-column <name>', 'your name for a structure (default: name, refcode or id)')
    .option('--key-column <name>', 'what identifies a structure in later files (default: its name)')
    .option('--extra-columns <list>', 'columns to keep, for example metal:TEXT,ox:INTEGER')
    .optionsGroup('Charge and multiplicity that the source does not have:')
    .option('--charge <n>', 'total charge of all structures', integer)
    .option('--multiplicity <n>', '2S+1 of all structures', wholeNumber(1))
    .option('--default-charge <n>', 'total charge where the cell is empty', integer)
    .option('--default-multiplicity <n>', '2S+1 where the cell is empty', wholeNumber(1));
}

export function addImportFlags(command: Command): Command {
  return command
    .option('--dry-run', 'show what would be imported; write nothing')
    .option('--keep-duplicates', 'import exact duplicates within the file (default: only once)')
    .option('--as-new', 'a known name with other values is a new record, not a correction')
    .option('--strict', 'import nothing if any row is bad (default: list bad rows and leave them out)');
}

function integer(text: string): number {
  if (!/^[+-]?\d+$/.test(text)) throw new InvalidArgumentError('expected a whole number');
  return Number(text);
}
