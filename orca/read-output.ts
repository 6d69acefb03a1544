import { createFailureCollector, failurePhrases } from './collect-failures.ts';
import { factReaders } from './fact-readers.ts';
import { createTail } from './keep-tail.ts';
import { createFacts, type OutputFacts } from './output-facts.ts';
import { buildPhraseAutomaton } from './phrase-automaton.ts';
import type { ScannedLine } from './scan-lines.ts';
import { createLineScanner } from './scan-lines.ts';

export type { OutputFacts } from './output-facts.ts';

export interface OutputReader {
  /** Keeps nothing of the chunk: the caller may fill the same buffer again. */
  push(chunk: Buffer): void;
  /** To be called once, when the stream has ended. */
  finish(): OutputFacts;
}

const factMark = 1;
const failureMark = 2;
const structureMark = 4;

/** Lines that divide the output. An old run may stand before the last one in a file that was appended to. */
const structurePhrases = {
  run: '* o   r   c   a *',
  modules: 'program running with',
  cycle: 'geometry optimization cycle',
  ranks: 'nprocs',
};

const automaton = buildPhraseAutomaton(collectPhrases());

/**
 * Reads an ORCA output (or a run's stderr) as it streams by: any chunks, any size, CRLF and bytes that are
 * not UTF-8 included, in bounded memory. Facts are those of the last run in the stream. Outputs of child runs
 * (`…_atom92.out`) are files of their own and must not be fed in.
 */
export function createOutputReader(): OutputReader {
  const failures = createFailureCollector();
  const tail = createTail(4096);
  let facts = createFacts();

  const readLine = (line: ScannedLine): 'followUp' | undefined => {
    const text = line.text.toLowerCase();
    // The echo of the input repeats words that mean something else elsewhere.
    if (/^\|\s*\d+>/.test(text)) {
      readEcho(facts, text);
      return undefined;
    }
    if (line.marks & structureMark) {
      if (text.includes(structurePhrases.run)) {
        facts = createFacts();
        failures.beginRun();
      }
      if (startsStep(text)) failures.beginStep();
    }
    if (line.marks & factMark) readFacts(facts, line, text);
    return failures.read(line, (line.marks & failureMark) !== 0);
  };
  const scanner = createLineScanner(automaton, readLine);

  return {
    push(chunk) {
      tail.push(chunk);
      scanner.push(chunk);
    },
    finish() {
      const bytes = scanner.finish();
      return {
        ...facts,
        bytes,
        failuresInRun: failures.hitsInRun(),
        failuresInStep: failures.hitsInStep(bytes),
        lastLines: readLastLines(tail.read()),
      };
    },
  };
}

function startsStep(lower: string): boolean {
  return lower.includes(structurePhrases.modules) || lower.includes(structurePhrases.cycle);
}

function readFacts(facts: OutputFacts, line: ScannedLine, lower: string): void {
  for (const reader of factReaders) {
    if (!lower.includes(reader.phrase)) continue;
    if (!line.isComplete && !reader.closesItself) continue;
    const match = reader.pattern.exec(line.text);
    if (match) reader.take(facts, match.slice(1));
  }
}

/** The first `nprocs` of the input, for a run whose modules have not said how many ranks there are. */
function readEcho(facts: OutputFacts, lower: string): void {
  const ranks = /^[^#]*\bnprocs\s+(\d+)/.exec(lower)?.[1];
  if (ranks !== undefined) facts.ranks ??= Number(ranks);
}

function readLastLines(bytes: Buffer): string[] {
  const lines = bytes.toString('utf8').split(/\r*\n/);
  return lines.filter((line) => line.trim() !== '').slice(-10);
}

function collectPhrases(): Map<string, number> {
  const marks = new Map<string, number>();
  const add = (phrase: string, mark: number): void => void marks.set(phrase, (marks.get(phrase) ?? 0) | mark);
  for (const { phrase } of factReaders) add(phrase, factMark);
  for (const phrase of failurePhrases) add(phrase, failureMark);
  for (const phrase of Object.values(structurePhrases)) add(phrase, structureMark);
  return marks;
}
