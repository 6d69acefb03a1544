/** How many atoms of which element. */
export type Composition = Readonly<Record<string, number>>;

/**
 * `UO2H`: elements in the order of their first appearance, counts above 1, as the existing system writes
 * them into job directory names; `unknown` when there are no atoms.
 */
export function renderFormula(symbols: readonly string[]): string {
  const counts = new Map<string, number>();
  for (const symbol of symbols) counts.set(symbol, (counts.get(symbol) ?? 0) + 1);
  const parts = [...counts].map(([symbol, count]) => (count > 1 ? `${symbol}${count}` : symbol));
  return parts.join('') || 'unknown';
}

/** `UO2H` or `H U O2` → `{ U: 1, O: 2, H: 1 }`; undefined for what is no formula. Letter case tells `Co` from `CO`. */
export function parseFormula(text: string): Composition | undefined {
  const compact = text.replaceAll(/\s/g, '');
  if (!/^(?:[A-Z][a-z]?(?:[1-9]\d*)?)+$/.test(compact)) return undefined;
  const counts: Record<string, number> = {};
  for (const [, symbol = '', digits] of compact.matchAll(/([A-Z][a-z]?)(\d*)/g))
    counts[symbol] = (counts[symbol] ?? 0) + Number(digits === '' ? 1 : digits);
  return counts;
}
