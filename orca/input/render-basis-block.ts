import { assignBasis } from '../recipe/assign-basis.ts';
import { isBasisFile } from '../recipe/input-words.ts';
import type { RecipeOptions } from '../recipe/recipe-schema.ts';

/**
 * `%basis`: the basis file first, where one is used, then a basis set and an ECP for each element, in the order
 * given. A file holds the sets of several elements; what `NewGTO` says of one comes after it and so counts.
 */
export function renderBasisBlock(elements: readonly string[], options: RecipeOptions): string {
  const assigned = elements.map((symbol) => ({ symbol, ...assignBasis(symbol, options) }));
  const files = new Set(assigned.map(({ basis }) => basis).filter(isBasisFile));
  const lines = assigned.flatMap(({ symbol, basis, ecp }) => [
    ...(isBasisFile(basis) ? [] : [`  NewGTO ${symbol} "${basis}" end`]),
    ...(typeof ecp === 'string' ? [`  NewECP ${symbol} "${ecp}" end`] : []),
  ]);
  return ['%basis', ...[...files].map((file) => `  GTOName      = "${file}"`), ...lines, 'end'].join('\n');
}
