/** What the input asks for, in the words of its keywords. */
interface KindRule {
  readonly kind: string;
  /** Tried on each word of the `!` lines, in lower case. */
  readonly word: RegExp;
}

/** In the order in which the parts of a kind are named. */
const kindRules: readonly KindRule[] = [
  { kind: 'goat', word: /^goat/ },
  { kind: 'neb', word: /^(?:zoom-|fast-|loose-|tight-)*neb(?:-|$)/ },
  { kind: 'irc', word: /^irc$/ },
  { kind: 'md', word: /^(?:l-|c)?md$/ },
  { kind: 'ts-opt', word: /optts$|^ts-?opt$|^scants$/ },
  // Not ExtOpt, which names a program for energies and gradients: alone it has been a single point since ORCA 5.
  { kind: 'opt', word: /^(?!extopt$)(?:|.*[a-z-])opth?$/ },
  { kind: 'freq', word: /^(?:an)?freq$/ },
  { kind: 'numfreq', word: /numfreq$/ },
  { kind: 'grad', word: /^(?:en|num|an)?grad(?:ient)?$/ },
  { kind: 'cosmors', word: /^cosmo-?rs\b/ },
];

/** Blocks that set a kind of calculation off by themselves. */
const kindBlocks: ReadonlySet<string> = new Set(['solvator', 'docker', 'compound', 'cosmors']);

/** `%method RunTyp …`, by the beginning of its word. */
const runTypes: readonly (readonly [RegExp, string])[] = [
  [/^(?:energy|sp|single)/, 'sp'],
  [/^(?:grad|engrad)/, 'grad'],
  [/^(?:optts|tsopt|ts)/, 'ts-opt'],
  [/^opt/, 'opt'],
  [/^scan/, 'scan'],
  [/^numfreq/, 'numfreq'],
  [/^(?:an)?freq/, 'freq'],
  [/^(goat|neb|irc|md)/, ''],
];

/** What is set up in blocks, of which the `!` lines say nothing. */
export interface KindBlocks {
  /** Names of the blocks, in lower case. */
  readonly names: ReadonlySet<string>;
  readonly hasScan: boolean;
  /** The word behind `RunTyp`, in lower case. */
  readonly runType: string | undefined;
}

/**
 * The kind of a calculation from its echoed input, e.g. `opt+freq`; `sp` when it asks for nothing else.
 * @param words of the `!` lines, in lower case
 */
export function findKind(words: readonly string[], { names, hasScan, runType }: KindBlocks): string {
  const kinds = kindRules.filter(({ word }) => words.some((text) => word.test(text))).map(({ kind }) => kind);
  const [, ofRunType] = runTypes.find(([beginning]) => beginning.test(runType ?? '')) ?? [];
  const named = ofRunType === '' ? /^(?:goat|neb|irc|md)/.exec(runType ?? '')?.[0] : ofRunType;
  if (named !== undefined && named !== 'sp' && !kinds.includes(named)) kinds.unshift(named);
  if (hasScan && !kinds.includes('scan')) kinds.push('scan');
  kinds.push(...[...kindBlocks].filter((name) => names.has(name) && !kinds.includes(name)));
  if (kinds.length === 0 && names.has('goat')) kinds.push('goat');
  return kinds.length === 0 ? 'sp' : kinds.join('+');
}

const plainKinds: ReadonlySet<string> = new Set(['opt', 'ts-opt', 'freq', 'numfreq', 'grad']);

/** One optimisation, whose end is the run's: not the images of a path, the steps of a scan, the conformers of a search. */
export function isPlainOptimization(kind: string): boolean {
  const kinds = kind.split('+');
  return kinds.every((part) => plainKinds.has(part)) && kinds.some((part) => part.endsWith('opt'));
}

/**
 * The kind of the run that was made: ORCA's own banner outranks the echoed input, which may ask in ways that no list
 * of words knows.
 * @param kind of the echoed input; null where none was echoed
 */
export function kindOfRun(kind: string | null, runBanner: string | null): string | null {
  if (kind === null) return null;
  const asks = (part: string): boolean =>
    kind.split('+').some((one) => one === part || one.endsWith(`-${part}`));
  const isOptimization = runBanner?.endsWith('Geometry Optimization Run') === true;
  if (isOptimization && /^(?:sp|grad|freq|numfreq)(?:\+|$)/.test(kind) && !asks('opt'))
    return ['opt', ...kind.split('+').filter((part) => part !== 'sp' && part !== 'grad')].join('+');
  if (kind === 'sp' && runBanner?.endsWith('Energy+Gradient Calculation') === true) return 'grad';
  return kind;
}
