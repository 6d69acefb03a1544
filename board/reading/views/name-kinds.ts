/** Of what a structure is made, in two words: its metal, and what stands around it. */
export interface Kinds {
  metal: string;
  ligands: string;
}

/** Elements from which on a structure has a metal of interest; what is lighter belongs to the ligands. */
const firstHeavy = 21;
const nonMetals: ReadonlySet<string> = new Set([
  'Ge',
  'As',
  'Se',
  'Br',
  'Kr',
  'Sb',
  'Te',
  'I',
  'Xe',
  'At',
  'Rn',
]);

/** Carbon and hydrogen first, as in a formula; the rest by the alphabet. */
const order = (symbol: string): string => (symbol === 'C' ? '0' : symbol === 'H' ? '1' : symbol);

/** @param elements `U;O;O;Cl` @returns undefined for an empty column */
export function nameKinds(
  elements: string | null,
  atomicNumberOf: (symbol: string) => number | undefined,
): Kinds | undefined {
  const symbols = elements?.split(';').filter((symbol) => symbol !== '') ?? [];
  if (symbols.length === 0) return undefined;
  let metal: string | undefined;
  let highest = firstHeavy - 1;
  for (const symbol of symbols) {
    const number = atomicNumberOf(symbol) ?? 0;
    if (number > highest && !nonMetals.has(symbol)) [metal, highest] = [symbol, number];
  }
  const others = [...new Set(symbols)].filter((symbol) => symbol !== metal);
  return {
    metal: metal ?? 'no metal',
    ligands: others.toSorted((one, other) => (order(one) < order(other) ? -1 : 1)).join(' ') || 'bare',
  };
}
