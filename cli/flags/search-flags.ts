import { type Command, InvalidArgumentError, Option } from 'commander';
import { type Composition, parseFormula } from '../../core/formula.ts';
import { type WarningKey, warningKeys } from '../../core/job/warning.ts';
import type { JobFilter } from '../../workflow/lookup/job-filter.ts';
import type { IdRange } from '../../workflow/records/list-candidates.ts';
import { type SortKey, sortKeys } from '../../workflow/lookup/search-jobs.ts';
import { idRanges } from './parse-flags.ts';

/** Words of the column status. */
export const statuses = ['to_run', 'running', 'completed', 'failed', 'timeout'];

/** Which records a list shows. */
export interface SearchFlags {
  status?: string[];
  class?: string[];
  warning?: WarningKey[];
  node?: string;
  name?: string;
  formula?: Composition;
  element?: string[];
  error?: string;
  ids?: IdRange[];
  origIndex?: IdRange[];
  attempts?: { from: number; to: number };
  failCount?: { from: number; to: number };
  sort?: { by: SortKey; descending: boolean };
}

const list = (flags: string, words: string, parse: (text: string) => unknown): Option =>
  new Option(flags, words).argParser(parse);

export function addSearchFlags(command: Command): Command {
  return command
    .optionsGroup('Records:')
    .addOption(list('--status <list>', `with one of these statuses: ${statuses.join(', ')}`, statusList))
    .addOption(
      list(
        '--class <list>',
        'whose newest attempt ended with one of these failure classes, or timed_out',
        nameList,
      ),
    )
    .addOption(
      list(
        '--warning <list>',
        `whose newest ending has one of these warnings: ${warningKeys.join(', ')}`,
        warningList,
      ),
    )
    .option('--name <text>', 'with this text in their name')
    .option('--node <name>', 'whose newest attempt ended on this node')
    .addOption(list('--formula <formula>', 'with this composition, in any order: UO2, Cl3Np', composition))
    .addOption(list('--element <list>', 'with all of these elements: U,Cl', elementList))
    .option('--error <text>', 'with this text in the error message')
    .addOption(list('--ids <list>', 'with these ids: 1-10,17', idRanges))
    .addOption(list('--orig-index <list>', 'with these positions in the source: 0-99', idRanges))
    .addOption(list('--attempts <n>', 'with this number of attempts: 2, 2-4, 2- (or more)', countRange))
    .addOption(list('--fail-count <n>', 'with this number of failures: 1, 1-3, 2- (or more)', countRange))
    .addOption(
      list(
        '--sort <key>',
        `sort by ${sortKeys.join(', ')}; -elapsed sorts from the largest (default: id)`,
        sortOrder,
      ),
    );
}

export function filterFromFlags(flags: SearchFlags): JobFilter {
  const { status, class: classes, warning, element, origIndex, ...same } = flags;
  return {
    statuses: status ?? null,
    classes: classes ?? null,
    warnings: warning ?? null,
    elements: element ?? null,
    origIndexes: origIndex ?? null,
    name: same.name ?? null,
    node: same.node ?? null,
    formula: same.formula ?? null,
    error: same.error ?? null,
    ids: same.ids ?? null,
    attempts: same.attempts ?? null,
    failCount: same.failCount ?? null,
  };
}

function nameList(text: string): string[] {
  const names = text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '');
  if (names.length === 0) throw new InvalidArgumentError('expected names, separated by commas');
  return names;
}

function statusList(text: string): string[] {
  const names = nameList(text);
  const unknown = names.find((name) => !statuses.includes(name));
  if (unknown !== undefined)
    throw new InvalidArgumentError(`'${unknown}' is not a status; known: ${statuses.join(', ')}`);
  return names;
}

function warningList(text: string): WarningKey[] {
  return nameList(text).map((name) => {
    const key = warningKeys.find((known) => known === name);
    if (key !== undefined) return key;
    throw new InvalidArgumentError(`'${name}' is no warning; known: ${warningKeys.join(', ')}`);
  });
}

function composition(text: string): Composition {
  const parsed = parseFormula(text);
  if (parsed === undefined)
    throw new InvalidArgumentError(
      `'${text}' is not a formula; write UO2 or NpCl3, with elements as in the periodic table`,
    );
  return parsed;
}

function elementList(text: string): string[] {
  const symbols = nameList(text);
  const wrong = symbols.find((symbol) => !/^[A-Z][a-z]?$/.test(symbol));
  if (wrong !== undefined) throw new InvalidArgumentError(`'${wrong}' is not the symbol of an element`);
  return symbols;
}

/** `2`, `2-4`, `2-`: both ends belong to it. */
export function countRange(text: string): { from: number; to: number } {
  const match = /^\s*(\d+)\s*(-\s*(\d*)\s*)?$/.exec(text);
  const from = Number(match?.[1]);
  const to = match?.[2] === undefined ? from : match[3] === '' ? Number.MAX_SAFE_INTEGER : Number(match[3]);
  if (!match || to < from) throw new InvalidArgumentError('expected a number or a range: 2, 2-4 or 2-');
  return { from, to };
}

function sortOrder(text: string): { by: SortKey; descending: boolean } {
  const name = text.replace(/^-/, '');
  const by = sortKeys.find((key) => key.toLowerCase() === name.replaceAll(/[-_]/g, '').toLowerCase());
  if (by === undefined)
    throw new InvalidArgumentError(`cannot sort by '${name}'; known: ${sortKeys.join(', ')}`);
  return { by, descending: text.startsWith('-') };
}
