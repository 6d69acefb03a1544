import { takesActinideBasis } from '../structure/core-electrons.ts';
import type { RecipeOptions } from './recipe-schema.ts';

export interface AssignedBasis {
  /** Name of a set, or absolute path of a basis file. */
  basis: string;
  /** null: none, all electrons; undefined: nothing is said, so a def2 word may bring def2-ECP. */
  ecp: string | null | undefined;
}

/**
 * What an element gets: what the user's recipe says of it; else the actinide basis and ECP for Ac to Lr, Fr and Ra,
 * and the non-actinide basis for all others. The actinide ECP does not go with a basis that the recipe names.
 */
export function assignBasis(symbol: string, options: RecipeOptions): AssignedBasis {
  const { definition } = options;
  const ownBasis = definition?.basis?.[symbol];
  const isHeavy = takesActinideBasis(symbol);
  const basis = ownBasis ?? (isHeavy ? options.actinideBasis : options.nonActinideBasis);
  if (definition && Object.hasOwn(definition.ecp, symbol)) return { basis, ecp: definition.ecp[symbol] };
  if (!isHeavy) return { basis, ecp: undefined };
  return { basis, ecp: ownBasis === undefined ? options.actinideEcp : null };
}
