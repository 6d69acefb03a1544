/** What may follow on a command line, by the tree of commands alone. */
import type { Command, Option } from 'commander';
import { warningKeys } from '../../core/job/warning.ts';
import { statuses } from '../flags/search-flags.ts';
import { sortKeys } from '../../workflow/lookup/search-jobs.ts';

/** Values that only a campaign, or the machine, can name. */
export type ValueKind =
  'records' | 'names' | 'classes' | 'nodes' | 'sites' | 'allocations' | 'entries' | 'files' | 'directories';

interface Candidate {
  word: string;
  about: string;
}

/** What fits in the place of the cursor. */
export interface Completion {
  candidates: Candidate[];
  /** What else fits, to be looked up; null: nothing does. */
  values: ValueKind | null;
  /** What stands before the part that is completed, in the same word: `--status=`, `failed,`. */
  before: string;
  /** The part that is completed. */
  part: string;
}

/** By the name of an argument of a command. */
export const valuesOfArgument: Readonly<Record<string, ValueKind>> = {
  record: 'records',
  other: 'records',
  entry: 'entries',
  dir: 'directories',
  path: 'files',
  database: 'files',
  script: 'files',
  root: 'directories',
};

/** By the long form of a flag, where its argument does not say it. */
export const valuesOfFlag: Readonly<Record<string, ValueKind | readonly string[]>> = {
  '--ids': 'records',
  '--name': 'names',
  '--class': 'classes',
  '--node': 'nodes',
  '--site': 'sites',
  '--status': statuses,
  '--warning': warningKeys,
  '--sort': sortKeys,
  '--directory': 'directories',
  '--xyz': 'directories',
  '--scratch': 'directories',
  '--data-dir': 'directories',
  '--recorded': 'directories',
  '--csv': 'files',
  '--extxyz': 'files',
  '--database': 'files',
  '--geometry': 'files',
  '--from': 'files',
  '--output': 'files',
  '--orca-path': 'files',
  '--redis-password-file': 'files',
  '--tls-cert': 'files',
  '--tls-key': 'files',
  '--tls-ca': 'files',
};

/** By the command whose arguments they are, where the name of the argument does not say it. */
const valuesOfCommand: Readonly<Record<string, ValueKind>> = {
  'consumer drain': 'nodes',
  'alloc cancel': 'allocations',
};

const takesValue = (option: Option): boolean => option.required || option.optional;

/**
 * @param root the program, with all its commands
 * @param words what stands before the cursor, without the program's own name
 * @param current the word at the cursor, as far as it is written
 */
export function completeWords(root: Command, words: readonly string[], current: string): Completion {
  const { command, waiting, isPlain, position } = readWords(root, words);
  if (waiting !== undefined) return completeValue(waiting, '', current);
  const [, flag, value] = isPlain ? [] : (/^(--[^=]+)=(.*)$/s.exec(current) ?? []);
  if (flag !== undefined) {
    const option = findOption(command, flag);
    return option ? completeValue(option, `${flag}=`, value ?? '') : none(current);
  }
  if (!isPlain && current.startsWith('-'))
    return { candidates: listFlags(command), values: null, before: '', part: current };
  if (position === 0 && command.commands.length > 0)
    return { candidates: listCommands(command), values: null, before: '', part: current };
  const argument = command.registeredArguments[position] ?? command.registeredArguments.at(-1);
  if (argument === undefined || (position >= command.registeredArguments.length && !argument.variadic))
    return none(current);
  const choices = argument.argChoices ?? [];
  const values = valuesOfCommand[pathOf(command)] ?? valuesOfArgument[argument.name()] ?? null;
  return { candidates: choices.map(plain), values, before: '', part: current };
}

const plain = (word: string): Candidate => ({ word, about: '' });
const none = (part: string): Completion => ({ candidates: [], values: null, before: '', part });

/** Follows the words to the command that they name. */
function readWords(root: Command, words: readonly string[]) {
  let command = root;
  let waiting: Option | undefined;
  let isPlain = false;
  let position = 0;
  for (const word of words) {
    if (waiting !== undefined) waiting = undefined;
    else if (!isPlain && word === '--') isPlain = true;
    else if (!isPlain && word.startsWith('-') && word !== '-') {
      const option = findOption(command, word);
      // A value that may be left away stands in the same word only, as far as anybody can see from here.
      if (option?.required === true) waiting = option;
    } else {
      const child =
        position === 0
          ? command.commands.find((one) => [one.name(), ...one.aliases()].includes(word))
          : undefined;
      if (child === undefined) position += 1;
      else command = child;
    }
  }
  return { command, waiting, isPlain, position };
}

/** A flag of the command or of one above it. */
function findOption(command: Command, flag: string): Option | undefined {
  for (let at: Command | null = command; at !== null; at = at.parent) {
    const option = at.options.find(({ long, short }) => flag === long || flag === short);
    if (option !== undefined) return option;
  }
  return undefined;
}

function completeValue(option: Option, before: string, written: string): Completion {
  // Lists grow behind their last comma.
  const isList = /<list>/.test(option.flags);
  const head = isList ? written.slice(0, written.lastIndexOf(',') + 1) : '';
  const known = valuesOfFlag[option.long ?? ''];
  const words = option.argChoices ?? (typeof known === 'object' ? known : []);
  return {
    candidates: words.map(plain),
    values: typeof known === 'string' ? known : null,
    before: before + head,
    part: written.slice(head.length),
  };
}

function listFlags(command: Command): Candidate[] {
  const help = command.createHelp();
  const own = help.visibleOptions(command);
  const above = command.parent === null ? [] : help.visibleGlobalOptions(command);
  const inherited = above.length > 0 || command.parent === null ? above : rootOf(command).options;
  const seen = new Set<string>();
  return [...own, ...inherited].flatMap((option) => {
    const word = option.long ?? option.short ?? '';
    if (word === '' || word === '--version' || seen.has(word)) return [];
    seen.add(word);
    return [{ word, about: `${option.description}${takesValue(option) ? ' …' : ''}` }];
  });
}

function rootOf(command: Command): Command {
  return command.parent === null ? command : rootOf(command.parent);
}

function listCommands(command: Command): Candidate[] {
  const help = command.createHelp();
  return help
    .visibleCommands(command)
    .map((child) => ({ word: child.name(), about: child.summary() || child.description() }));
}

/** `job list` */
function pathOf(command: Command): string {
  const above = command.parent;
  return above === null || above.parent === null ? command.name() : `${pathOf(above)} ${command.name()}`;
}
