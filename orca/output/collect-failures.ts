// Collects the lines of an output or of a stderr that give a failure away.
import { catalogue, type FailureClass, type FailureSign, signedClasses } from '../failures/catalogue.ts';
import { groupByPhrase } from './group-by-phrase.ts';
import type { ScannedLine } from './scan-lines.ts';

/** A sentence that gives a class away: the first one of its sign. */
export interface FailureHit {
  readonly class: FailureClass;
  readonly text: string;
  readonly sign: FailureSign;
  /** It counts for the end of the last step; see `scope` of the catalogue. Else only for the run. */
  readonly isInStep: boolean;
  /** It stands behind the end mark of the run. */
  readonly isAfterEnd: boolean;
}

export interface FailureCollector {
  /** @returns `followUp` when the next line belongs to it and must be read too */
  read(line: ScannedLine): 'followUp' | undefined;
  /** The modules start anew: what failed before was overcome. */
  beginStep(): void;
  /** A new run begins in the same file: nothing before counts. */
  beginRun(): void;
  /** The run has printed its end mark. */
  endRun(): void;
  /** In file order. @param endOffset length of the stream in bytes */
  finish(endOffset: number): FailureHit[];
}

const signsByPhrase = groupByPhrase(
  signedClasses.flatMap((name) => catalogue[name].signs.map((sign) => ({ class: name, sign }))),
  ({ sign }) => sign.phrase,
);

export const failurePhrases: Iterable<string> = [...signsByPhrase.keys()];

/** In a run that announces no step, only the end explains the end: the messages of a death fit in 16 kB. */
const lastWordsBytes = 16_384;

/** ORCA complains and continues, too: without any word of a death, only a complaint this near to the end explains it. */
const lastComplaintBytes = 4096;

/** Behind the last word that ORCA says for itself stand the footer and what mpirun says of the end of its ranks. */
const nearEndBytes = 2048;

interface Found {
  readonly class: FailureClass;
  readonly sign: FailureSign;
  readonly offset: number;
  readonly isAfterEnd: boolean;
  /** Where the same sign stood last. */
  lastOffset: number;
  text: string;
}

/** Memory is bounded by the number of signs: only the first hit of each is kept, in the run, in its step and behind its end. */
export function createFailureCollector(): FailureCollector {
  let run = new Map<FailureSign, Found>();
  let step = new Map<FailureSign, Found>();
  let afterEnd = new Map<FailureSign, Found>();
  let hasSteps = false;
  let hasEnded = false;
  let unnamed: Found[] = [];
  let unfinished: { found: Found; rest: number }[] = [];

  const keep = (found: Found): void => {
    const { sign, offset } = found;
    if (hasEnded && !afterEnd.has(sign)) afterEnd.set(sign, found);
    if (!run.has(sign)) run.set(sign, found);
    const earlier = step.get(sign);
    if (earlier === undefined || offset - earlier.offset > lastWordsBytes) step.set(sign, found);
    else earlier.lastOffset = offset;
    if (sign.namedInNextLine) unnamed.push(found);
  };

  /** Sentences are looked at when all of their lines are there. */
  const conclude = (isDue: (rest: number) => boolean): void => {
    const due = unfinished.filter(({ rest }) => isDue(rest));
    unfinished = unfinished.filter(({ rest }) => !isDue(rest));
    for (const { found } of due) if (found.sign.pattern?.test(found.text) !== false) keep(found);
  };

  const read = ({ text, offset, phrases }: ScannedLine): 'followUp' | undefined => {
    const isOfInterest = phrases.some((phrase) => signsByPhrase.has(phrase));
    if (!isOfInterest && unnamed.length + unfinished.length === 0) return undefined;
    for (const hit of unnamed) hit.text += ` ${text.trim()}`;
    unnamed = [];
    for (const one of unfinished) {
      one.found.text += ` ${text.trim()}`;
      one.rest -= 1;
    }
    conclude((rest) => rest <= 0);
    for (const { class: name, sign } of phrases.flatMap((phrase) => signsByPhrase.get(phrase) ?? [])) {
      const found = { class: name, sign, offset, lastOffset: offset, text, isAfterEnd: hasEnded };
      if (sign.spans !== undefined && sign.pattern?.test(text) === false)
        unfinished.push({ found, rest: sign.spans });
      else if (sign.pattern?.test(text) !== false) keep(found);
    }
    return unnamed.length + unfinished.length > 0 ? 'followUp' : undefined;
  };

  return {
    read,
    beginStep() {
      hasSteps = true;
      step = new Map();
    },
    beginRun() {
      hasSteps = false;
      hasEnded = false;
      unfinished = [];
      run = new Map();
      step = new Map();
      afterEnd = new Map();
    },
    endRun() {
      hasEnded = true;
      afterEnd = new Map();
    },
    finish(endOffset) {
      conclude(() => true);
      const isDeath = [...step.values()].some((found) => found.class === 'crash_module');
      const from = endOffset - (isDeath ? lastWordsBytes : lastComplaintBytes);
      const isLast = (found: Found): boolean =>
        step.get(found.sign) === found && (found.lastOffset >= from || (isDeath && hasSteps));
      const isSaidInTime = ({ sign, lastOffset }: Found): boolean =>
        sign.nearEnd !== true || lastOffset >= endOffset - nearEndBytes;
      return [...new Set([...run.values(), ...step.values(), ...afterEnd.values()])]
        .filter((found) => isSaidInTime(found))
        .toSorted((one, other) => one.offset - other.offset)
        .map((found) => ({
          class: found.class,
          text: found.text,
          sign: found.sign,
          isInStep: isLast(found),
          isAfterEnd: hasEnded && found.isAfterEnd && afterEnd.get(found.sign) === found,
        }));
    },
  };
}

/** The lines of each class, without repetition. */
export function groupByClass(
  hits: readonly Pick<FailureHit, 'class' | 'text'>[],
): Partial<Record<FailureClass, string[]>> {
  const grouped: Partial<Record<FailureClass, string[]>> = {};
  for (const { class: name, text } of hits) {
    const texts = (grouped[name] ??= []);
    if (!texts.includes(text)) texts.push(text);
  }
  return grouped;
}
