/** Which lane a record belongs to, and why. */
import type { Lanes, LaneSettings } from '../../core/config/lane-settings.ts';
import { formatDuration } from '../../core/config/duration.ts';

/** What the rules of lanes ask about. */
export interface LaneFacts {
  atoms: number;
  electrons: number;
  /** null: not known. */
  basisFunctions: number | null;
  elements: ReadonlySet<string>;
  recipe: string;
  /** Predicted; null: nobody knows. */
  expectedSeconds: number | null;
  /** It is a retry with more memory for each rank. */
  needsMoreMemory: boolean;
}

export type LaneChoice =
  { lane: string; why: string } | { lane: null; /** Why none of them takes it, in words. */ why: string };

/**
 * The first lane whose rules the record keeps. A retry after too little memory climbs to the next lane with more memory, if there is one.
 * @param forced the lane that a user named; null: the rules decide
 */
export function chooseLane(lanes: Lanes, facts: LaneFacts, forced: string | null): LaneChoice {
  const found = forced === null ? findLane(lanes, facts) : { lane: forced, why: 'it was chosen with --lane' };
  if (found.lane === null || !facts.needsMoreMemory) return found;
  const higher = findHigher(lanes, found.lane);
  if (higher === undefined) return found;
  return { lane: higher, why: `a retry with more memory than ${found.lane} gives` };
}

function findLane(lanes: Lanes, facts: LaneFacts): LaneChoice {
  const misses: string[] = [];
  for (const [lane, settings] of Object.entries(lanes)) {
    const rules = listRules(settings, facts);
    const broken = rules.find(({ isKept }) => !isKept);
    if (broken === undefined)
      return { lane, why: rules.map(({ words }) => words).join(', ') || 'it takes every record' };
    misses.push(`${lane}: ${broken.words}`);
  }
  return { lane: null, why: misses.join('; ') };
}

interface Rule {
  isKept: boolean;
  words: string;
}

function listRules(lane: LaneSettings, facts: LaneFacts): Rule[] {
  return [
    ...bound('atoms', facts.atoms, lane.minAtoms, lane.maxAtoms),
    ...bound('electrons', facts.electrons, lane.minElectrons, lane.maxElectrons),
    ...bound('basis functions', facts.basisFunctions, lane.minBasisFunctions, lane.maxBasisFunctions),
    ...bound('expected', facts.expectedSeconds, lane.minTime, lane.maxTime, formatDuration),
    ...(lane.elements === undefined ? [] : [elementsRule(lane.elements, facts.elements)]),
    ...(lane.recipe === undefined ? [] : [recipeRule(lane.recipe, facts.recipe)]),
  ];
}

function bound(
  what: string,
  value: number | null,
  least: number | undefined,
  most: number | undefined,
  format: (value: number) => string = String,
): Rule[] {
  if (least === undefined && most === undefined) return [];
  if (value === null) return [{ isKept: false, words: `${what} not known` }];
  const said = format === String ? `${value} ${what}` : `${format(Math.round(value))} ${what}`;
  if (least !== undefined && value < least)
    return [{ isKept: false, words: `${said}, at least ${format(least)}` }];
  if (most !== undefined && value > most)
    return [{ isKept: false, words: `${said}, at most ${format(most)}` }];
  return [{ isKept: true, words: said }];
}

function elementsRule(wanted: readonly string[], elements: ReadonlySet<string>): Rule {
  const found = wanted.filter((element) => elements.has(element));
  return found.length > 0
    ? { isKept: true, words: `contains ${found.join(', ')}` }
    : { isKept: false, words: `contains none of ${wanted.join(', ')}` };
}

function recipeRule(wanted: readonly string[], recipe: string): Rule {
  const isKept = wanted.includes(recipe);
  return { isKept, words: isKept ? `recipe ${recipe}` : `recipe ${recipe}, not ${wanted.join(' or ')}` };
}

/** The lane with the least memory above this one's. A lane without its own memory has some by its cores; the two kinds are not compared. */
function findHigher(lanes: Lanes, lane: string): string | undefined {
  const base = lanes[lane];
  if (base === undefined) return undefined;
  const sizeOf = ({ cores, memory }: LaneSettings): number | undefined =>
    base.memory === null ? (memory === null ? cores : undefined) : (memory ?? undefined);
  const least = sizeOf(base) ?? 0;
  return Object.entries(lanes)
    .map(([name, settings]) => ({ name, size: sizeOf(settings) }))
    .filter((one): one is { name: string; size: number } => one.size !== undefined && one.size > least)
    .toSorted((a, b) => a.size - b.size)[0]?.name;
}
