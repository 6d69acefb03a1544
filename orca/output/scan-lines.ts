import type { PhraseSearch } from './phrase-search.ts';
import { findRun, findWindow, listPhrases } from './phrase-search.ts';

export interface ScannedLine {
  /** Without its line end; bytes that are not UTF-8 are replaced, bytes past `maxLineBytes` cut off. */
  readonly text: string;
  /** Those found in it; none in a line asked for by `followUp`, as a rule. */
  readonly phrases: readonly string[];
  /** Position of its first byte in the stream. */
  readonly offset: number;
  /** False for a last line without line end: a number at its end may be cut. */
  readonly isComplete: boolean;
}

export interface LineScanner {
  push(chunk: Buffer): void;
  /** Reports what stands after the last line end; returns the number of bytes seen. */
  finish(): number;
}

/** Far above any line that matters; keeps memory bounded on a file without line ends. */
const maxLineBytes = 4096;

const lineFeed = 0x0a;

/**
 * Reports the lines of a byte stream that hold at least one phrase; all others are never decoded. How the
 * stream is cut into chunks makes no difference.
 * @param onLine returns `followUp` to be shown the next line too, whatever it holds
 */
export function createLineScanner(
  search: PhraseSearch,
  onLine: (line: ScannedLine) => 'followUp' | undefined,
): LineScanner {
  let isFollowUp = false;
  let position = 0;
  /** Beginning of a line whose end is in a later chunk. */
  let head = Buffer.alloc(0);
  let headOffset = 0;

  /** One line without its end. */
  const readLine = (line: Buffer, offset: number, isComplete: boolean): void => {
    const bytes = line.subarray(0, maxLineBytes);
    const phrases = listPhrases(search, bytes);
    if (phrases.length === 0 && !isFollowUp) return;
    const text = bytes.toString('utf8').replace(/\r+$/, '');
    isFollowUp = onLine({ text, phrases, offset, isComplete }) === 'followUp';
  };

  /** Whole lines only: `to` is just behind a line end. */
  const readLines = (chunk: Buffer, from: number, to: number): void => {
    let start = from;
    let run = findRun(chunk, from);
    while (start < to) {
      if (run !== -1 && run < start) run = findRun(chunk, start);
      const end = run === -1 || run >= to ? to : run + 1;
      const found = isFollowUp ? start : findWindow(search, chunk, start + search.window - 1, end);
      const hit = found === -1 && end < to ? run : found;
      if (hit === -1) return;
      if (hit > start) start = Math.max(start, chunk.lastIndexOf(lineFeed, hit - 1) + 1);
      const lineEnd = chunk.indexOf(lineFeed, hit);
      readLine(chunk.subarray(start, lineEnd), position + start, true);
      start = lineEnd + 1;
    }
  };

  const keepHead = (bytes: Buffer): void => {
    head = Buffer.concat([head, bytes.subarray(0, maxLineBytes - head.length)]);
  };

  return {
    push(chunk) {
      let from = 0;
      if (head.length > 0) {
        const end = chunk.indexOf(lineFeed);
        keepHead(end === -1 ? chunk : chunk.subarray(0, end));
        from = end === -1 ? chunk.length : end + 1;
        if (end !== -1) {
          readLine(head, headOffset, true);
          head = Buffer.alloc(0);
        }
      }
      const to = chunk.lastIndexOf(lineFeed) + 1;
      readLines(chunk, from, to);
      const rest = Math.max(from, to);
      if (rest < chunk.length) {
        headOffset = position + rest;
        keepHead(chunk.subarray(rest));
      }
      position += chunk.length;
    },
    finish() {
      if (head.length > 0) readLine(head, headOffset, false);
      return position;
    },
  };
}
