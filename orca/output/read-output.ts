import { createFailureCollector, failurePhrases } from './collect-failures.ts';
import { decodeUtf16 } from './decode-utf16.ts';
import type { FactReader } from './fact-reader.ts';
import { factReaders } from './fact-readers.ts';
import { groupByPhrase } from './group-by-phrase.ts';
import { createFacts, type OutputFacts } from './output-facts.ts';
import { buildPhraseSearch, type PhraseSearch, runPhrase } from './phrase-search.ts';
import { createCoordinateReader } from './read-coordinates.ts';
import { type BlockReader, createEchoReader } from './read-echo.ts';
import { isLineOfOrca } from './line-of-orca.ts';
import { createLineScanner, type ScannedLine } from './scan-lines.ts';

export type { OutputFacts } from './output-facts.ts';

export interface OutputReader {
  /** Keeps nothing of the chunk: the caller may fill the same buffer again. */
  push(chunk: Buffer): void;
  /** To be called once, when the stream has ended. */
  finish(): OutputFacts;
}

const endPhrase = 'orca terminated normally';
const runTimePhrase = 'total run time';

/** The modules start, or start anew. */
const stepPhrases = ['program running with', 'geometry optimization cycle'];

/** Headings of lines that are read whatever they hold. */
const blockReaders: ReadonlyMap<string, (facts: OutputFacts) => BlockReader> = new Map([
  ['input file', createEchoReader],
  ['cartesian coordinates (angstroem)', createCoordinateReader],
]);

/** Enough to see that another attempt begins there. */
const maxLinesAfterEnd = 1000;

/** Blocks of disks and pages of memory are as long, or longer. */
const hole = Buffer.alloc(512);

const factReadersByPhrase = groupByPhrase(factReaders, ({ phrase }) => phrase);

let builtSearch: PhraseSearch | undefined;

/** Built when the first output is read: it takes longer than all else that happens on import. */
function searchOf(): PhraseSearch {
  builtSearch ??= buildPhraseSearch([
    ...stepPhrases,
    ...blockReaders.keys(),
    ...factReadersByPhrase.keys(),
    ...failurePhrases,
  ]);
  return builtSearch;
}

/**
 * Reads an ORCA output (or a run's stderr) as it streams by: any chunks, any size, CRLF, UTF-16 and bytes that are
 * not UTF-8 included, in bounded memory. Facts are those of the last run in the stream. Outputs of child runs
 * (`…_atom92.out`) are files of their own and must not be fed in.
 */
export function createOutputReader(): OutputReader {
  const failures = createFailureCollector();
  const tail = createTail(4096);
  let facts = createFacts();
  let block: BlockReader | undefined;
  let received = 0;
  let hasHole = false;
  /** Lines that are still looked at behind the end mark. */
  let linesAfterEnd = 0;

  const readLine = (line: ScannedLine): 'followUp' | undefined => {
    const isBehindEnd = linesAfterEnd > 0;
    if (isBehindEnd) {
      linesAfterEnd -= 1;
      if (facts.lineAfterEnd === null && isLineOfOrca(line.text)) facts.lineAfterEnd = line.text.trim();
    }
    const wish = readWord(line);
    return isBehindEnd ? 'followUp' : wish;
  };

  const readWord = (line: ScannedLine): 'followUp' | undefined => {
    if (block?.(line) === true) return 'followUp';
    block = undefined;
    // The echo of the input repeats words that mean something else elsewhere.
    if (/^\|\s*\d+>/.test(line.text)) return undefined;
    if (line.phrases.includes(runPhrase)) {
      facts = { ...createFacts(), isOrca: true, earlierRuns: isFromOrca(facts) ? facts.earlierRuns + 1 : 0 };
      failures.beginRun();
      linesAfterEnd = 0;
    }
    if (stepPhrases.some((phrase) => line.phrases.includes(phrase))) failures.beginStep();
    for (const phrase of line.phrases) {
      for (const reader of factReadersByPhrase.get(phrase) ?? []) readFact(facts, reader, line);
      block ??= blockReaders.get(phrase)?.(facts);
    }
    const wish = failures.read(line);
    if (line.phrases.includes(endPhrase) && facts.endedNormally) {
      facts.lineAfterEnd = null;
      failures.endRun();
    }
    if (line.phrases.includes(runTimePhrase) && facts.endedNormally) {
      linesAfterEnd = maxLinesAfterEnd;
      return 'followUp';
    }
    return block ? 'followUp' : wish;
  };
  const scanner = createLineScanner(searchOf(), readLine);
  const decoder = decodeUtf16((bytes) => {
    hasHole ||= bytes.includes(hole);
    tail.push(bytes);
    scanner.push(bytes);
  });

  return {
    push(chunk) {
      received += chunk.length;
      decoder.push(chunk);
    },
    finish() {
      decoder.finish();
      const end = scanner.finish();
      return {
        ...facts,
        bytes: received,
        hasHole,
        isOrca: isFromOrca(facts),
        hits: failures.finish(end),
        lastLines: readLastLines(tail.read()),
      };
    },
  };
}

function readFact(facts: OutputFacts, reader: FactReader, line: ScannedLine): void {
  if (!line.isComplete && !reader.closesItself) return;
  const match = reader.pattern.exec(line.text);
  if (match) reader.take(facts, match.slice(1));
}

/** An output whose beginning was cut off has no banner. */
function isFromOrca(facts: OutputFacts): boolean {
  const { isOrca, version, kind, runBanner, energyCount, lastScf, endedNormally } = facts;
  return isOrca || endedNormally || energyCount > 0 || (version ?? kind ?? runBanner ?? lastScf) !== null;
}

function readLastLines(bytes: Buffer): string[] {
  const lines = bytes.toString('utf8').split(/\r*\n/);
  return lines.filter((line) => line.trim() !== '').slice(-10);
}

/** Keeps the last `size` bytes of a stream, however it is cut into chunks. */
function createTail(size: number): { push(chunk: Buffer): void; read(): Buffer } {
  const ring = Buffer.alloc(size);
  let written = 0;
  return {
    push(chunk) {
      const kept = chunk.subarray(Math.max(0, chunk.length - size));
      const at = (written + chunk.length - kept.length) % size;
      const copied = kept.copy(ring, at);
      kept.copy(ring, 0, copied);
      written += chunk.length;
    },
    read() {
      if (written <= size) return ring.subarray(0, written);
      return Buffer.concat([ring.subarray(written % size), ring.subarray(0, written % size)]);
    },
  };
}
