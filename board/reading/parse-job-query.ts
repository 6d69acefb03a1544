import { parseFormula } from '../../core/formula.ts';
import type { JobFilter } from '../../workflow/lookup/job-filter.ts';
import { type SearchPlace, type SortKey, sortKeys } from '../../workflow/lookup/search-jobs.ts';
import { type KnownWords, parseLeast, parseRanges, parseSearch } from './parse-search.ts';

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
  'charge',
  'ended',
  'sort',
  'dir',
  'page',
  'at',
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
  /** Beside which record the page begins or ends; undefined: counted from the first one. */
  at: SearchPlace | undefined;
  /** How the words of the search field were read. */
  said: string[];
  /** What could not be understood, in sentences; that part narrows nothing. */
  doubts: string[];
}

/** Any symbol may be an element where nobody knows better. */
const anyWords: KnownWords = { classes: [], isElement: () => true };

/** What a user asks in the search form → what the database is asked. Never throws: an address can hold anything. */
export function parseJobQuery(
  read: (field: SearchField) => string | undefined,
  known: KnownWords = anyWords,
): JobQuery {
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
    charge: understand('charge', parseCharge, 'charge such as -2'),
    ended: understand('ended', parseStretch, 'stretch of time such as 2026-03-01T08:00..2026-03-01T09:00'),
  };
  const search = text.q === undefined ? undefined : parseSearch(text.q, known);
  return {
    text,
    filter: { ...filter, ...search?.filter },
    sort: { by: sortKeys.find((key) => key === text.sort) ?? 'id', descending: text.dir === 'desc' },
    page: Math.max(1, Math.min(Math.floor(Number(text.page ?? 1)) || 1, 1e7)),
    at: parsePlace(text.at),
    said: search?.said ?? [],
    doubts,
  };
}

function parseElements(text: string): string[] | undefined {
  const symbols = text.split(/[\s,;]+/);
  return symbols.every((symbol) => /^[A-Z][a-z]?$/.test(symbol)) ? symbols : undefined;
}

/** `2026-03-01T08:00:00..2026-03-01T09:00:00`, UTC. */
function parseStretch(text: string): { from: string; to: string } | undefined {
  const [, from = '', to = ''] = /^([\dT:.-]{10,24})\.\.([\dT:.-]{10,24})$/.exec(text) ?? [];
  const [first, last] = [Date.parse(`${from}Z`), Date.parse(`${to}Z`)];
  if (!(first < last)) return undefined;
  return { from: new Date(first).toISOString(), to: new Date(last).toISOString() };
}

function parseCharge(text: string): number | undefined {
  return /^[+-]?\d{1,3}$/.test(text) ? Number(text) : undefined;
}

/** `after.120`, `before.71`, `last` */
function parsePlace(text: string | undefined): SearchPlace | undefined {
  if (text === 'last') return 'last';
  const [, side, id] = /^(after|before)\.(\d{1,12})$/.exec(text ?? '') ?? [];
  if (id === undefined) return undefined;
  return side === 'after' ? { after: Number(id) } : { before: Number(id) };
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
