import { parseFormula } from '../../core/formula.ts';
import { warningKeys } from '../../core/job/warning.ts';
import type { JobFilter } from '../../workflow/lookup/job-filter.ts';

/** What the words of a search may mean beside names and messages. */
export interface KnownWords {
  /** Failure classes that occur in this campaign. */
  classes: readonly string[];
  isElement: (symbol: string) => boolean;
}

export interface ParsedSearch {
  filter: JobFilter;
  /** How each part was read, for the page: `elements Am, Cl`. */
  said: string[];
}

type Range = { from: number; to: number };

interface Found {
  ids: Range[];
  origIndexes: Range[];
  statuses: string[];
  classes: string[];
  warnings: string[];
  elements: string[];
  words: string[];
  formula: JobFilter['formula'];
  rest: JobFilter;
  said: string[];
}

const statuses: Readonly<Record<string, string>> = {
  to_run: 'to_run',
  waiting: 'to_run',
  ready: 'to_run',
  running: 'running',
  queued: 'running',
  completed: 'completed',
  failed: 'failed',
  timeout: 'timeout',
};

/** Symbols that are English words, too: beside other words they are words. */
const ambiguous: readonly string[] = ['I', 'In', 'As', 'At', 'No', 'He', 'Be'];

/** `key:value`; a value that is not understood makes the whole token a word. */
const keyed: Readonly<Record<string, (value: string, found: Found) => boolean>> = {
  id: (value, { ids }) => addRanges(value, ids),
  orig: (value, { origIndexes }) => addRanges(value, origIndexes),
  status: (value, { statuses: list }) => {
    const status = own(statuses, value);
    return status !== undefined && list.push(status) > 0;
  },
  class: (value, { classes }) => classes.push(value) > 0,
  warning: (value, { warnings }) => warningKeys.some((key) => key === value) && warnings.push(value) > 0,
  element: (value, { elements }) =>
    /^[A-Z][a-z]?(?:,[A-Z][a-z]?)*$/.test(value) && elements.push(...value.split(',')) > 0,
  formula: (value, found) => (found.formula = parseFormula(value)) !== undefined,
  node: (value, { rest }) => note(rest, { node: value }),
  name: (value, { rest }) => note(rest, { name: value }),
  error: (value, { rest }) => note(rest, { error: value }),
  charge: (value, { rest }) => /^[+-]?\d{1,3}$/.test(value) && note(rest, { charge: Number(value) }),
  mult: (value, { rest }) => /^\d{1,3}$/.test(value) && note(rest, { multiplicity: Number(value) }),
  attempts: (value, { rest }) => {
    const attempts = parseLeast(value);
    return attempts !== undefined && note(rest, { attempts });
  },
  fails: (value, { rest }) => {
    const failCount = parseLeast(value);
    return failCount !== undefined && note(rest, { failCount });
  },
};

/**
 * One field for everything: ids (`17`, `1-40,99`, `#17`, `c17-a2`), job directories (`job_118`), elements (`Am Cl`), formulas (`UO2F2`),
 * statuses, failure classes, warnings, and `key:value`. What is left are words, looked for together in names and messages; what stands
 * in quotes is always words. Never throws.
 */
export function parseSearch(text: string, known: KnownWords): ParsedSearch {
  const found: Found = {
    ids: [],
    origIndexes: [],
    statuses: [],
    classes: [],
    warnings: [],
    elements: [],
    words: [],
    formula: null,
    rest: {},
    said: [],
  };
  const tokens = tokensOf(text);
  const later: string[] = [];
  for (const token of tokens) {
    if (token.isQuoted) found.words.push(token.text);
    else if (!readToken(token.text, known, found)) later.push(token.text);
  }
  const isSymbol = (word: string): boolean => /^[A-Z][a-z]?$/.test(word) && known.isElement(word);
  const hasWords = found.words.length > 0 || later.some((word) => !isSymbol(word));
  for (const word of later) {
    if (isSymbol(word) && !(hasWords && ambiguous.includes(word))) found.elements.push(word);
    else found.words.push(word);
  }
  return conclude(found);
}

function tokensOf(text: string): { text: string; isQuoted: boolean }[] {
  // `1, 2` is one list, as `1,2` is.
  const joined = text.replaceAll(/(\d)\s*[,;]\s*(?=[#\d])/g, '$1,');
  return [...joined.matchAll(/([a-z]+:)?"([^"]*)"|(\S+)/g)].flatMap(([, key, quoted, plain]) => {
    if (plain !== undefined) return [{ text: plain, isQuoted: false }];
    const words = (quoted ?? '').trim();
    if (words === '') return [];
    return [key === undefined ? { text: words, isQuoted: true } : { text: key + words, isQuoted: false }];
  });
}

/** @returns false for what is an element or a word */
function readToken(token: string, { classes }: KnownWords, found: Found): boolean {
  const [, key, value] = /^([a-z]+):(.+)$/s.exec(token) ?? [];
  const read = key === undefined ? undefined : own(keyed, key);
  if (read !== undefined && value !== undefined) {
    if (!read(value, found)) return false;
    if (!['status', 'class', 'warning', 'element', 'id', 'orig', 'formula'].includes(key ?? ''))
      found.said.push(`${key} ${value}`);
    return true;
  }
  if (addRanges(token.replaceAll('#', ''), found.ids)) return true;
  const [, recordId, jobNumber] = /^(?:c(\d{1,12})-a\d{1,6}|job_(\d{1,12}))$/.exec(token) ?? [];
  if (recordId !== undefined) return addRanges(recordId, found.ids);
  if (jobNumber !== undefined) return addRanges(jobNumber, found.origIndexes);
  const status = own(statuses, token.toLowerCase());
  if (status !== undefined) return found.statuses.push(status) > 0;
  if (classes.includes(token)) return found.classes.push(token) > 0;
  if (warningKeys.some((one) => one === token)) return found.warnings.push(token) > 0;
  // Two letters at least, or a count: `SCF` is a word, and `S`, `C`, `F` its letters.
  const isFormula = /\d/.test(token) || (/[a-z]/.test(token) && token.length > 2);
  const formula = isFormula && found.formula === null ? parseFormula(token) : undefined;
  // `Failed` is no formula, and neither is `Node`.
  if (formula && (/\d/.test(token) || Object.keys(formula).length > 1)) {
    found.formula = formula;
    return true;
  }
  return false;
}

function conclude(found: Found): ParsedSearch {
  const { ids, origIndexes, formula, words, said, rest } = found;
  const lists = {
    statuses: found.statuses,
    classes: found.classes,
    warnings: found.warnings,
    elements: found.elements,
  };
  const filter: JobFilter = { ...rest };
  for (const [name, list] of Object.entries(lists))
    if (list.length > 0) Object.assign(filter, { [name]: [...new Set(list)] });
  if (ids.length > 0) filter.ids = ids;
  if (origIndexes.length > 0) filter.origIndexes = origIndexes;
  if (formula) filter.formula = formula;
  if (words.length > 0) filter.words = words.join(' ');
  const describe = (name: string, list: readonly string[]): void => {
    if (list.length > 0) said.unshift(`${name} ${[...new Set(list)].join(', ')}`);
  };
  if (words.length > 0) said.push(`words “${words.join(' ')}” in names and messages`);
  describe('warning', found.warnings);
  describe('class', found.classes);
  describe(
    'status',
    found.statuses.map((status) => status.replace('_', ' ')),
  );
  if (formula)
    said.unshift(
      `formula ${Object.entries(formula)
        .map(([symbol, count]) => `${symbol}${count > 1 ? count : ''}`)
        .join('')}`,
    );
  describe('elements', found.elements);
  describe('original index', origIndexes.map(describeRange));
  describe('record', ids.map(describeRange));
  return { filter, said };
}

const describeRange = ({ from, to }: Range): string => (from === to ? String(from) : `${from}-${to}`);

function own<T>(table: Readonly<Record<string, T>>, key: string): T | undefined {
  return Object.hasOwn(table, key) ? table[key] : undefined;
}

function note(rest: JobFilter, more: JobFilter): boolean {
  Object.assign(rest, more);
  return true;
}

function addRanges(text: string, to: Range[]): boolean {
  const ranges = parseRanges(text);
  if (ranges) to.push(...ranges);
  return ranges !== undefined;
}

/** `1-40,99` */
export function parseRanges(text: string): Range[] | undefined {
  const ranges: Range[] = [];
  for (const part of text.split(/[\s,;]+/)) {
    const match = /^(\d{1,12})(?:-(\d{1,12}))?$/.exec(part);
    if (!match) return undefined;
    const [from, to] = [Number(match[1]), Number(match[2] ?? match[1])];
    if (to < from) return undefined;
    ranges.push({ from, to });
  }
  return ranges;
}

/** `2`: two or more; `0`: none. */
export function parseLeast(text: string): Range | undefined {
  if (!/^\d{1,4}$/.test(text)) return undefined;
  const from = Number(text);
  return { from, to: from === 0 ? 0 : 1e9 };
}
