import type { FailureSign } from './failure-classes.ts';
import { failureRules } from './failure-classes.ts';
import type { ScannedLine } from './scan-lines.ts';

/** The lines that gave a class away, in file order: the first hit of each of its signs. */
export type FailureHits = Readonly<Record<string, readonly string[]>>;

export interface FailureCollector {
  /**
   * @param hasPhrase whether the line holds one of `failurePhrases`
   * @returns `followUp` when the next line names the culprit and must be read too
   */
  read(line: ScannedLine, hasPhrase: boolean): 'followUp' | undefined;
  /** The modules start anew: what failed before was overcome. */
  beginStep(): void;
  /** A new run begins in the same file: nothing before counts. */
  beginRun(): void;
  hitsInRun(): FailureHits;
  /** @param endOffset length of the stream in bytes */
  hitsInStep(endOffset: number): FailureHits;
}

export const failurePhrases: readonly string[] = failureRules.flatMap(({ signs }) =>
  signs.map(({ phrase }) => phrase),
);

/** In a run that announces no step, only the end explains the end: the messages of a death fit in 16 kB. */
const lastWordsBytes = 16_384;

interface Hit {
  readonly class: string;
  readonly offset: number;
  text: string;
}

/** Memory is bounded by the number of signs: only the first hit of each is kept, in the run and in its step. */
export function createFailureCollector(): FailureCollector {
  let run = new Map<FailureSign, Hit>();
  let step = new Map<FailureSign, Hit>();
  let hasSteps = false;
  let unnamed: Hit[] = [];

  const keep = (sign: FailureSign, hit: Hit): void => {
    if (!run.has(sign)) run.set(sign, hit);
    const earlier = step.get(sign);
    const isOutdated = earlier !== undefined && !hasSteps && hit.offset - earlier.offset > lastWordsBytes;
    if (earlier === undefined || isOutdated) step.set(sign, hit);
    if (sign.namedInNextLine) unnamed.push(hit);
  };

  return {
    read({ text, offset }, hasPhrase) {
      for (const hit of unnamed) hit.text += ` ${text.trim()}`;
      unnamed = [];
      if (!hasPhrase) return undefined;
      const lower = text.toLowerCase();
      for (const rule of failureRules) {
        for (const sign of rule.signs) {
          if (!lower.includes(sign.phrase) || sign.pattern?.test(text) === false) continue;
          keep(sign, { class: rule.class, offset, text });
        }
      }
      return unnamed.length > 0 ? 'followUp' : undefined;
    },
    beginStep() {
      hasSteps = true;
      step = new Map();
    },
    beginRun() {
      hasSteps = false;
      run = new Map();
      step = new Map();
    },
    hitsInRun: () => groupByClass(run.values(), 0),
    hitsInStep: (endOffset) => groupByClass(step.values(), hasSteps ? 0 : endOffset - lastWordsBytes),
  };
}

function groupByClass(hits: Iterable<Hit>, fromOffset: number): FailureHits {
  const grouped: Record<string, string[]> = {};
  const inOrder = [...hits].toSorted((one, other) => one.offset - other.offset);
  for (const hit of inOrder.filter(({ offset }) => offset >= fromOffset)) {
    const texts = (grouped[hit.class] ??= []);
    if (!texts.includes(hit.text)) texts.push(hit.text);
  }
  return grouped;
}
