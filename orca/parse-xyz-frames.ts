import type { Atom } from '../core/calculation.ts';
import { parseAtomLine } from './parse-atom-line.ts';
import type { AtomColumns } from './parse-extended-comment.ts';
import { findAtomColumns, parseExtendedComment } from './parse-extended-comment.ts';

export interface XyzFrame {
  /** Line of the frame's atom count, counted from 1. */
  readonly line: number;
  readonly comment: string;
  /** The comment's `key=value` pairs; see parse-extended-comment.ts. */
  readonly properties: Record<string, string>;
  /** In ångström. */
  readonly atoms: Atom[];
}

/** A frame that cannot be used, and why. */
export interface XyzProblem {
  readonly line: number;
  readonly problem: string;
}

/**
 * The frames of a plain or extended XYZ file, one after the other, so that a file of any size needs the memory
 * of one frame. A `Properties=` word in a comment says which columns hold element and position. A bad frame is
 * reported in its place and the next one is read; only after a bad atom count, which leaves no way to find the
 * next frame, does the reading end. Blank lines between frames are skipped.
 */
export async function* parseXyzFrames(
  lines: AsyncIterable<string> | Iterable<string>,
): AsyncGenerator<XyzFrame | XyzProblem> {
  let frame: { line: number; count: number; lines: string[] } | undefined;
  let lineNumber = 0;
  for await (const raw of lines) {
    const text = raw.replace(/\r+$/, '');
    lineNumber += 1;
    if (frame) {
      frame.lines.push(text);
    } else if (text.trim() !== '') {
      if (!/^\s*\d+\s*$/.test(text)) {
        yield { line: lineNumber, problem: `'${text.trim().slice(0, 60)}' is not an atom count` };
        return;
      }
      frame = { line: lineNumber, count: Number(text), lines: [] };
    }
    if (frame && frame.lines.length === frame.count + 1) {
      yield readFrame(frame.line, frame.lines);
      frame = undefined;
    }
  }
  if (frame) {
    const found = Math.max(0, frame.lines.length - 1);
    yield { line: frame.line, problem: `the file ends after ${found} of ${frame.count} atoms` };
  }
}

function readFrame(line: number, [comment = '', ...atomLines]: string[]): XyzFrame | XyzProblem {
  const properties = parseExtendedComment(comment);
  const columns = findAtomColumns(properties['Properties']);
  if (columns === undefined) return { line: line + 1, problem: 'Properties= names no species or no pos' };
  if (atomLines.length === 0) return { line, problem: 'the frame has no atoms' };
  const atoms: Atom[] = [];
  for (const [index, atomLine] of atomLines.entries()) {
    const atom = parseAtomLine(arrangeColumns(atomLine, columns));
    if (!Array.isArray(atom)) return { line: line + 2 + index, problem: atom.problem };
    atoms.push(atom);
  }
  return { line, comment, properties, atoms };
}

function arrangeColumns(atomLine: string, { species, position }: AtomColumns): string {
  if (species === 0 && position === 1) return atomLine;
  const words = atomLine.trim().split(/\s+/);
  return [words[species], ...words.slice(position, position + 3)].join(' ');
}
