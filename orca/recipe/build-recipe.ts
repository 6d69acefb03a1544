import { blockNameOf } from './check-block.ts';
import { limitScf, type Recipe, recipes } from './recipes.ts';
import type { RecipeDefinition } from './user-recipe.ts';

/** A recipe of its own, before anything is added. */
const blank: Recipe = {
  method: null,
  basisWord: null,
  wordsBeforeRun: [],
  wordsAfterRun: [],
  assignsBasis: true,
  silencesNbo: false,
  isSemiEmpirical: false,
  scfMaxIterations: null,
  blocks: limitScf,
};

/** The built-in recipe of this name, or what a user's definition makes of it; undefined for an unknown name. */
export function buildRecipe(name: string, definition: RecipeDefinition | null): Recipe | undefined {
  if (definition === null) return Object.hasOwn(recipes, name) ? recipes[name] : undefined;
  const base = definition.extends === null ? blank : recipes[definition.extends];
  return base && extendRecipe(base, definition);
}

function extendRecipe(base: Recipe, definition: RecipeDefinition): Recipe {
  const without = new Set(definition.without.map((part) => part.toLowerCase()));
  const isKept = (part: string): boolean => !without.has(part.toLowerCase());
  const leavesScf = without.has('%scf');
  return {
    ...base,
    basisWord: definition.basisWord === undefined ? base.basisWord : definition.basisWord,
    wordsBeforeRun: base.wordsBeforeRun.filter(isKept),
    wordsAfterRun: [...base.wordsAfterRun.filter(isKept), ...definition.keywords],
    assignsBasis: base.assignsBasis && definition.basis !== null,
    scfMaxIterations: leavesScf ? null : base.scfMaxIterations,
    blocks: (limit) => [
      ...base.blocks(limit).filter((block) => isKept(`%${blockNameOf(block)}`)),
      ...(leavesScf ? limitScf(limit) : []),
      ...definition.blocks.map((block) => block.trim()),
    ],
  };
}
