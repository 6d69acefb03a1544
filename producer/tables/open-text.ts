import { createReadStream } from 'node:fs';
import { pipeline, type Readable, Transform } from 'node:stream';
import type { TextEncoding } from './sniff-text.ts';

/** A file as UTF-8, whatever it is written in, and how many of its bytes have been read. */
export type OpenText = { stream: Readable; bytesRead: () => number };

/** Reads a file piece by piece. Its errors come out of the stream as they are. */
export function openText(path: string, encoding: TextEncoding): OpenText {
  const file = createReadStream(path);
  const bytesRead = (): number => file.bytesRead;
  if (encoding === 'utf-8') return { stream: file, bytesRead };
  const decoder = new TextDecoder(encoding);
  const toUtf8 = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      done(null, decoder.decode(chunk, { stream: true }));
    },
    flush(done) {
      done(null, decoder.decode());
    },
  });
  // An error of the file reaches the reader through the stream, which pipeline destroys with it.
  pipeline(file, toUtf8, () => undefined);
  return { stream: toUtf8, bytesRead };
}
