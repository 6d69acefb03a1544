/** How a directive of a shipped script gets its value; each scheduler says which lines. */
import type { Filling } from '../scheduler.ts';

/** Variables without which no shell works: they go along when a site's list leaves out all others. */
const plainVariables = ['HOME', 'LANG', 'PATH', 'SHELL', 'USER'];

/** A commented directive comes into force with a value, and stays a hint without one. */
export const optional = (hint: string, directive: string, value: string | null): Filling => [
  hint,
  [value === null ? hint : `${directive}${value}`],
];

/** The last optional line, with whatever else a site wants behind it. */
export const withMore = (filling: Filling, more: readonly string[]): Filling => [
  filling[0],
  [...filling[1], ...more],
];

/** A site's variables and those that no shell can do without, as one list. */
export const listVariables = (names: readonly string[]): string =>
  [...new Set([...plainVariables, ...names])].join(',');

/** An option of a submit command; none for a value that the scheduler prints for nothing. */
export const submitOption = (name: string, value: string | undefined): string[] =>
  value === undefined || /^(|\(null\)|N\/A|None)$/.test(value) ? [] : [`${name}=${value}`];
