import { createInterface } from 'node:readline';
import { openText } from '../tables/open-text.ts';
import { sniffText } from '../tables/sniff-text.ts';
import { toFileError } from './source-file.ts';

/** One frame of an XYZ file, its lines as they are. */
export type XyzFrame = {
  /** Where it begins in the file, from 1. */
  line: number;
  /** What its first line announces; undefined in a file of bare atom lines, without counts and comments. */
  count: number | undefined;
  comment: string;
  atomLines: string[];
  /** Bytes of the file read so far. */
  bytesRead: number;
};

/**
 * Frames of an XYZ file, only one of them in memory. A frame goes from a line with nothing but an integer
 * to the next such line, whatever it announces: so one that is too short or too long spoils no other.
 * Blank lines are skipped, except as a comment.
 * @throws OactError FILE_UNREADABLE
 */
export async function* readFrames(path: string): AsyncGenerator<XyzFrame> {
  const { stream, bytesRead } = openText(path, sniffText(path).encoding);
  let frame: XyzFrame | undefined;
  let line = 0;
  let expectsComment = false;
  try {
    for await (const text of createInterface({ input: stream, crlfDelay: Infinity })) {
      line += 1;
      const content = line === 1 ? text.replace(/^\uFEFF/, '') : text;
      if (expectsComment && frame !== undefined) {
        frame.comment = content;
        expectsComment = false;
      } else if (/^\s*\d+\s*$/.test(content)) {
        if (frame !== undefined) yield { ...frame, bytesRead: bytesRead() };
        frame = { line, count: Number(content), comment: '', atomLines: [], bytesRead: 0 };
        expectsComment = true;
      } else if (content.trim() !== '') {
        frame ??= { line, count: undefined, comment: '', atomLines: [], bytesRead: 0 };
        frame.atomLines.push(content.trimEnd());
      }
    }
  } catch (error) {
    throw toFileError(error, path);
  }
  if (frame !== undefined) yield { ...frame, bytesRead: bytesRead() };
}
