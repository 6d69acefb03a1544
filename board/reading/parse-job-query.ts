import { parseFormula } from '../../core/formula.ts';
import type { JobFilter } from '../../workflow/lookup/job-filter.ts';
import { type SortKey, sortKeys } from '../../workflow/lookup/search-jobs.ts';

/** Fields of the search form, as they stand in the address; blank ones are left out. */
export const searchFields = [
  'q',
  'status',
  'class',
  'warning',
  'node',
  'name',
  'formula',
  'element',
  'error',
  'orig',
  'attempts',
  'sort',
  'dir',
  'page',
] as const;

export type SearchField = (typeof searchFields)[number];
export type SearchText = Partial<Record<SearchField, string>>;

export interface JobQuery {
  /** As it was asked, for the form and its links. */
  text: SearchText;
  filter: JobFilter;
  sort: { by: SortKey; descending: boolean };
  /** From 1. */
  page: number;
  /** What could not be understood, in sentences; that part narrows nothing. */
  doubts: string[];
}

type Range = { from: number; to: number };

/** What a person asks in the search form → what the database is asked. Never throws: an address can hold anything. */
export function parseJobQuery(read: (field: SearchField) => string | undefined): JobQuery {
  const text: SearchText = {};
  for (const field of searchFields) {
    const value = read(field)?.trim().slice(0, 200);
    if (value !== undefined && value !== '') text[field] = value;
  }
  const doubts: string[] = [];
  const understand = <T>(
    field: SearchField,
    parse: (value: string) => T | undefined,
    form: string,
  ): T | null => {
    const value = text[field];
    if (value === undefined) return null;
    const parsed = parse(value);
    if (parsed === undefined) doubts.push(`“${value}” is no ${form}`);
    return parsed ?? null;
  };
  const filter: JobFilter = {
    statuses: text.status === undefined ? null : [text.status],
    classes: text.class === undefined ? null : [text.class],
    warnings: text.warning === undefined ? null : [text.warning],
    node: text.node ?? null,
    error: text.error ?? null,
    name: text.name ?? null,
    formula: understand('formula', parseFormula, 'formula such as UO2F2'),
    elements: understand('element', parseElements, 'list of elements such as U Cl'),
    origIndexes: understand('orig', parseRanges, 'list of numbers such as 1-10,17'),
    attempts: understand('attempts', parseLeast, 'number of attempts such as 2'),
  };
  return {
    text,
    filter: text.q === undefined ? filter : { ...filter, ...guessFilter(text.q) },
    sort: { by: sortKeys.find((key) => key === text.sort) ?? 'id', descending: text.dir === 'desc' },
    page: Math.max(1, Math.min(Number(text.page ?? 1) || 1, 1e6)),
    doubts,
  };
}

/** One field for everything: numbers are ids, `U` an element, `UO2F2` a formula; all else is looked for in names and error messages. */
function guessFilter(text: string): JobFilter {
  const ids = parseRanges(text.replaceAll('#', ''));
  if (ids) return { ids };
  if (/^[A-Z][a-z]?$/.test(text)) return { elements: [text] };
  // Two letters at least, or a count: `SCF` is a word, and `S`, `C`, `F` its letters.
  const formula = /\d/.test(text) || /[a-z]/.test(text) ? parseFormula(text) : undefined;
  return formula ? { formula } : { words: text };
}

function parseElements(text: string): string[] | undefined {
  const symbols = text.split(/[\s,;]+/);
  return symbols.every((symbol) => /^[A-Z][a-z]?$/.test(symbol)) ? symbols : undefined;
}

function parseRanges(text: string): Range[] | undefined {
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
function parseLeast(text: string): Range | undefined {
  if (!/^\d{1,4}$/.test(text)) return undefined;
  const from = Number(text);
  return { from, to: from === 0 ? 0 : 1e9 };
}

/** An address of the search page with some fields changed; undefined takes a field away. */
export function addressOf(
  text: SearchText,
  changes: Partial<Record<SearchField, string | undefined>>,
): string {
  const query = new URLSearchParams();
  for (const [field, value] of Object.entries({ ...text, ...changes }))
    if (value !== undefined) query.set(field, value);
  return query.size === 0 ? '/jobs' : `/jobs?${query.toString()}`;
}
