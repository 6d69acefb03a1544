import type { FailureSign } from '../verdict/failure-classes.ts';
import { failureRules } from '../verdict/failure-classes.ts';
import { groupByPhrase } from './group-by-phrase.ts';
import type { ScannedLine } from './scan-lines.ts';

/** The lines that gave a class away, in file order: the first hit of each of its signs. */
export type FailureHits = Readonly<Record<string, readonly string[]>>;

export interface FailureCollector {
  /** @returns `followUp` when the next line names the culprit and must be read too */
  read(line: ScannedLine): 'followUp' | undefined;
  /** The modules start anew: what failed before was overcome. */
  beginStep(): void;
  /** A new run begins in the same file: nothing before counts. */
  beginRun(): void;
  hitsInRun(): FailureHits;
  /** @param endOffset length of the stream in bytes */
  hitsInStep(endOffset: number): FailureHits;
}

const signsByPhrase = groupByPhrase(
  failureRules.flatMap(({ class: name, signs }) => signs.map((sign) => ({ class: name, sign }))),
  ({ sign }) => sign.phrase,
);

export const failurePhrases: Iterable<string> = [...signsByPhrase.keys()];

/** In a run that announces no step, only the end explains the end: the messages of a death fit in 16 kB. */
const lastWordsBytes = 16_384;

/** ORCA complains and goes on, too: without any word of a death, only a complaint this near to the end explains it. */
const lastComplaintBytes = 4096;

interface Hit {
  readonly class: string;
  readonly offset: number;
  /** Where the same sign stood last. */
  lastOffset: number;
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
    if (earlier === undefined || hit.offset - earlier.offset > lastWordsBytes) step.set(sign, hit);
    else earlier.lastOffset = hit.offset;
    if (sign.namedInNextLine) unnamed.push(hit);
  };

  return {
    read({ text, offset, phrases }) {
      for (const hit of unnamed) hit.text += ` ${text.trim()}`;
      unnamed = [];
      for (const { class: name, sign } of phrases.flatMap((phrase) => signsByPhrase.get(phrase) ?? [])) {
        if (sign.pattern?.test(text) !== false) keep(sign, { class: name, offset, lastOffset: offset, text });
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
    hitsInStep(endOffset) {
      const isDeath = [...step.values()].some((hit) => hit.class === 'crash_module');
      if (!isDeath) return groupByClass(step.values(), endOffset - lastComplaintBytes);
      return groupByClass(step.values(), hasSteps ? 0 : endOffset - lastWordsBytes);
    },
  };
}

function groupByClass(hits: Iterable<Hit>, fromOffset: number): FailureHits {
  const grouped: Record<string, string[]> = {};
  const inOrder = [...hits].toSorted((one, other) => one.offset - other.offset);
  for (const hit of inOrder.filter(({ lastOffset }) => lastOffset >= fromOffset)) {
    const texts = (grouped[hit.class] ??= []);
    if (!texts.includes(hit.text)) texts.push(hit.text);
  }
  return grouped;
}
