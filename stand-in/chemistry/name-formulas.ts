import type { Atom } from '../input/parse-coordinates.ts';

/** The formula in Hill's order (`F3Np`) and in the order of the input (`NpF3`). */
export function nameFormulas(atoms: Atom[]): string[] {
  const counts = new Map<string, number>();
  for (const { element } of atoms) counts.set(element.symbol, (counts.get(element.symbol) ?? 0) + 1);
  const write = (symbols: string[]): string =>
    symbols.map((symbol) => `${symbol}${counts.get(symbol) === 1 ? '' : counts.get(symbol)}`).join('');
  const symbols = [...counts.keys()];
  const first = counts.has('C') ? ['C', 'H'].filter((symbol) => counts.has(symbol)) : [];
  const hill = [...first, ...symbols.filter((symbol) => !first.includes(symbol)).toSorted()];
  return [...new Set([write(hill), write(symbols)])];
}
