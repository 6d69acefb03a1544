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
  { kind: 'opt', word: /(?:^|[a-z-])opth?$/ },
  { kind: 'freq', word: /^(?:an)?freq$/ },
  { kind: 'numfreq', word: /numfreq$/ },
  { kind: 'grad', word: /^(?:en|num|an)?grad(?:ient)?$/ },
];

/**
 * The kind of a calculation from its echoed input, e.g. `opt+freq`; `sp` when it asks for nothing else.
 * @param words of the `!` lines, in lower case
 * @param blocks what is set up in blocks, of which the `!` lines say nothing
 */
export function findKind(
  words: readonly string[],
  blocks: { readonly hasScan: boolean; readonly hasScript: boolean },
): string {
  const kinds = kindRules.filter(({ word }) => words.some((text) => word.test(text))).map(({ kind }) => kind);
  if (blocks.hasScan) kinds.push('scan');
  if (blocks.hasScript) kinds.push('compound');
  return kinds.length === 0 ? 'sp' : kinds.join('+');
}

const plainKinds: ReadonlySet<string> = new Set(['opt', 'ts-opt', 'freq', 'numfreq', 'grad']);

/** One optimisation, whose end is the run's: not the images of a path, the steps of a scan, the conformers of a search. */
export function isPlainOptimization(kind: string): boolean {
  const kinds = kind.split('+');
  return kinds.every((part) => plainKinds.has(part)) && kinds.some((part) => part.endsWith('opt'));
}
