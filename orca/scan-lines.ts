import type { PhraseAutomaton } from './phrase-automaton.ts';
import { findNotable } from './phrase-automaton.ts';

export interface ScannedLine {
  /** Without its line end; bytes that are not UTF-8 are replaced, bytes past `maxLineBytes` cut off. */
  readonly text: string;
  /** Bits of the phrases found in it; 0 for a line asked for by `followUp`. */
  readonly marks: number;
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

/**
 * Reports the lines of a byte stream that hold at least one phrase; all others are never decoded. How the
 * stream is cut into chunks makes no difference.
 * @param onLine returns `followUp` to be shown the next line too, whatever it holds
 */
export function createLineScanner(
  automaton: PhraseAutomaton,
  onLine: (line: ScannedLine) => 'followUp' | undefined,
): LineScanner {
  const cursor = { state: 0 };
  let marks = 0;
  let isFollowUp = false;
  let position = 0;
  let lineOffset = 0;
  /** Beginning of a line whose end is in a later chunk. */
  let head = Buffer.alloc(0);

  const report = (rest: Buffer, isComplete: boolean): void => {
    const bytes = Buffer.concat([head, rest.subarray(0, maxLineBytes - head.length)]);
    const text = bytes.toString('utf8').replace(/\r+$/, '');
    isFollowUp = onLine({ text, marks, offset: lineOffset, isComplete }) === 'followUp';
  };

  return {
    push(chunk) {
      let lineStart = 0;
      let index = findNotable(automaton, cursor, chunk, 0);
      for (; index < chunk.length; index = findNotable(automaton, cursor, chunk, index + 1)) {
        if (cursor.state !== automaton.lineEnd) {
          marks |= automaton.marks[cursor.state / automaton.columnCount] ?? 0;
          continue;
        }
        if (marks !== 0 || isFollowUp) report(chunk.subarray(lineStart, index), true);
        if (head.length > 0) head = Buffer.alloc(0);
        cursor.state = 0;
        marks = 0;
        lineStart = index + 1;
        lineOffset = position + lineStart;
      }
      position += chunk.length;
      if (lineStart < chunk.length && head.length < maxLineBytes) {
        head = Buffer.concat([head, chunk.subarray(lineStart, lineStart + maxLineBytes - head.length)]);
      }
    },
    finish() {
      if (head.length > 0 && (marks !== 0 || isFollowUp)) report(Buffer.alloc(0), false);
      return position;
    },
  };
}
