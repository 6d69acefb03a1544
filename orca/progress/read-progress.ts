import type { OutputProgress } from '../../core/progress/job-progress.ts';
import { groupByPhrase } from '../output/group-by-phrase.ts';
import { createFacts } from '../output/output-facts.ts';
import { buildPhraseSearch, type PhraseSearch, runPhrase } from '../output/phrase-search.ts';
import { progressReaders } from './progress-facts.ts';
import { phaseSigns } from './progress-phases.ts';
import { createProgressState, enterPhase, type ProgressState } from './progress-state.ts';
import { type BlockReader, createEchoReader } from '../output/read-echo.ts';
import { createScfTableReader, scfTablePhrase } from './read-scf-rows.ts';
import { createLineScanner, type ScannedLine } from '../output/scan-lines.ts';

/** Follows an output while ORCA writes it. */
export interface ProgressFollower {
  /** What was written since the last call: whole lines are read, the rest is kept. Keeps nothing of the chunk itself. */
  push(chunk: Buffer): void;
  read(): OutputProgress;
  /** The output of a child run that may grow while the main one is silent; a plain file name. */
  childOutput(): string | null;
}

const echoPhrase = 'input file';

const signsByPhrase = groupByPhrase(phaseSigns, ({ phrase }) => phrase);
const readersByPhrase = groupByPhrase(progressReaders, ({ phrase }) => phrase);
let builtSearch: PhraseSearch | undefined;

/** Built when the first output is read: it takes longer than all else that happens on import. */
function searchOf(): PhraseSearch {
  builtSearch ??= buildPhraseSearch([
    echoPhrase,
    scfTablePhrase,
    ...signsByPhrase.keys(),
    ...readersByPhrase.keys(),
  ]);
  return builtSearch;
}

/**
 * Tells how far the newest run in a growing output is. Time per call grows with the new bytes alone, memory does not grow, and
 * how the output is cut into chunks makes no difference. What it says agrees with what read-output.ts will say of the whole.
 * @param watch sees the state after each line that may have changed it; another run in the output has another state
 */
export function createProgressFollower(watch?: (state: ProgressState) => void): ProgressFollower {
  let state = createProgressState();
  let facts = createFacts();
  let table = createScfTableReader();
  let echo: BlockReader | undefined;

  const readLine = (line: ScannedLine): 'followUp' | undefined => {
    const { text, phrases } = line;
    if (echo?.(line) === true) return 'followUp';
    if (echo) state.kind = facts.kind;
    echo = undefined;
    // The echo of the input repeats words that mean something else elsewhere.
    if (/^\|\s*\d+>/.test(text)) return undefined;
    if (phrases.includes(runPhrase)) {
      state = createProgressState();
      facts = createFacts();
      table = createScfTableReader();
    }
    for (const phrase of phrases) readPhrase(state, phrase, text);
    if (phrases.includes(echoPhrase)) {
      echo = createEchoReader(facts);
      return 'followUp';
    }
    const hasMore = table.read(state, text);
    watch?.(state);
    return hasMore ? 'followUp' : undefined;
  };
  const scanner = createLineScanner(searchOf(), readLine);

  return {
    push: (chunk) => scanner.push(chunk),
    read: () => describe(state),
    childOutput: () => state.childOutput,
  };
}

function readPhrase(state: ProgressState, phrase: string, text: string): void {
  const sign = signsByPhrase.get(phrase)?.find(({ pattern }) => pattern?.test(text) !== false);
  if (sign) enterPhase(state, sign.phase);
  for (const reader of readersByPhrase.get(phrase) ?? []) {
    const match = reader.pattern.exec(text);
    if (match) reader.take(state, match.slice(1));
  }
}

function describe(state: ProgressState): OutputProgress {
  const { phase, element, scf, optimization } = state;
  return {
    phase,
    element,
    scf: scf && { ...scf },
    optimization: optimization && { ...optimization },
    share: estimateShare(state),
  };
}

/**
 * An optimisation needs as many cycles, and an SCF as many iterations, as it needs: nothing is guessed of them. The energy change
 * against its tolerance misses the share of an SCF by a quarter on average, measured on the iterations of real outputs.
 */
function estimateShare(state: ProgressState): OutputProgress['share'] {
  const { phase, displacements, displacementsAtOnce, kind } = state;
  if (phase === 'done') return { done: 1, of: 'run' };
  if (displacements === null) return null;
  const finished = Math.max(0, displacements.begun - displacementsAtOnce);
  const isWholeRun = kind === 'numfreq' || kind === 'grad';
  return { done: finished / displacements.count, of: isWholeRun ? 'run' : 'displacements' };
}
