import type { Atom } from '../core/calculation.ts';

/**
 * `UO2H`: elements in the order of their first appearance, counts above 1, as the existing system writes
 * them into job directory names; `unknown` when there are no atoms.
 */
export function formulaOf(atoms: readonly Atom[]): string {
  const counts = new Map<string, number>();
  for (const [symbol] of atoms) counts.set(symbol, (counts.get(symbol) ?? 0) + 1);
  const parts = [...counts].map(([symbol, count]) => (count > 1 ? `${symbol}${count}` : symbol));
  return parts.join('') || 'unknown';
}
