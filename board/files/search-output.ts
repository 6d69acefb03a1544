import { createInterface } from 'node:readline';
import { join } from 'node:path';
import { openBelow } from './open-below.ts';

/** A part of a file, with where everything else is. Lines are counted from 1. */
export interface OutputPart {
  lines: string[];
  from: number;
  total: number;
  /** Where each optimization cycle begins. */
  cycles: { cycle: number; line: number }[];
  /** Lines that hold what was searched for. */
  matches: { line: number; text: string }[];
  /** More lines hold it than are listed. */
  hasMore: boolean;
}

const shownLines = 500;
const mostMatches = 200;
const mostCycles = 2000;
/** Longer ones are no text. */
const longestLine = 2000;

/** Takes lines one by one. Pure but for what it remembers. @param from the first line that is shown; 0: the first match, else the first line */
export function collectOutput(
  from: number,
  words: string,
): { push: (line: string) => void; done: () => OutputPart } {
  const wanted = words.toLowerCase();
  const part: OutputPart = {
    lines: [],
    from: from === 0 ? 1 : from,
    total: 0,
    cycles: [],
    matches: [],
    hasMore: false,
  };
  let isPlaced = from !== 0 || wanted === '';
  return {
    push: (given) => {
      const line = given.slice(0, longestLine);
      part.total += 1;
      const [, cycle] = /GEOMETRY OPTIMIZATION CYCLE\s+(\d+)/.exec(line) ?? [];
      if (cycle !== undefined && part.cycles.length < mostCycles)
        part.cycles.push({ cycle: Number(cycle), line: part.total });
      if (wanted !== '' && line.toLowerCase().includes(wanted)) {
        if (part.matches.length < mostMatches) part.matches.push({ line: part.total, text: line.trim() });
        else part.hasMore = true;
        if (!isPlaced) {
          isPlaced = true;
          part.from = part.total;
        }
      }
      if (isPlaced && part.total >= part.from && part.lines.length < shownLines) part.lines.push(line);
    },
    done: () => part,
  };
}

/** Reads a file of a run once, line by line. @returns undefined where there is none that may be shown */
export async function searchOutput(
  jobRoot: string,
  dir: string,
  name: string,
  options: { from: number; words: string },
): Promise<OutputPart | undefined> {
  const file = await openBelow(jobRoot, join(dir, name)).catch(() => undefined);
  if (!file) return undefined;
  const collected = collectOutput(options.from, options.words);
  const lines = createInterface({ input: file.createReadStream({ encoding: 'utf8' }), crlfDelay: Infinity });
  for await (const line of lines) collected.push(line);
  return collected.done();
}
