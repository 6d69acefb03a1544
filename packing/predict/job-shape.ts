/** What is known of a job before it runs, and what of it decides how long it runs. */
import { sizeOfElement } from './element-sizes.ts';

export interface JobShape {
  /** Symbols, each as often as it occurs, in any order. */
  elements: readonly string[];
  charge: number;
  /** 2S+1 */
  multiplicity: number;
  /** Name of the recipe. */
  recipe: string;
  /** `gradient`, `optimization`… */
  runType: string;
  /** null: not known yet; what jobs usually have is taken. */
  cores: number | null;
  /** The part of the whole that an earlier run has done, from 0 to below 1. */
  doneShare: number;
}

/** A run that came to an end. */
export interface TimedRun {
  shape: JobShape;
  /** From the start of the program to its end. */
  seconds: number;
  /** `limit`, `failed`: it was cut off, so the whole would have taken longer. */
  ending: 'completed' | 'limit' | 'failed';
}

/** Numbers and groups that the model sees. */
export interface Measures {
  atoms: number;
  electrons: number;
  functions: number;
  isOpenShell: boolean;
  /** The heaviest element from calcium on, whose SCF is unlike others; null: light elements only. */
  metal: string | null;
  /** The same for the same species: formula, charge, multiplicity and kind of run. */
  species: string;
}

const lightProtons = 20;

/** Pure. @returns undefined when nobody can say: no element, or a word that is none */
export function measureShape(shape: JobShape): Measures | undefined {
  const { elements, charge, multiplicity, recipe, runType } = shape;
  const counts = new Map<string, number>();
  for (const symbol of elements) counts.set(symbol, (counts.get(symbol) ?? 0) + 1);
  if (counts.size === 0) return undefined;
  let electrons = -charge;
  let functions = 0;
  let metal: { symbol: string; protons: number } | null = null;
  for (const [symbol, count] of counts) {
    const size = sizeOfElement(symbol);
    if (size === undefined) return undefined;
    electrons += count * size.protons;
    functions += count * size.functions;
    if (size.protons >= lightProtons && size.protons > (metal?.protons ?? 0))
      metal = { symbol, protons: size.protons };
  }
  const formula = [...counts]
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([symbol, count]) => symbol + count);
  return {
    atoms: elements.length,
    electrons: Math.max(1, electrons),
    functions,
    isOpenShell: multiplicity > 1,
    metal: metal?.symbol ?? null,
    species: `${formula.join('')} ${charge} ${multiplicity} ${recipe} ${runType}`,
  };
}
