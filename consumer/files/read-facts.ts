import { createReadStream } from 'node:fs';
import { constants, createGunzip } from 'node:zlib';
import { createOutputReader, type OutputFacts } from '../../orca/output/read-output.ts';

/**
 * Reads one output in pieces, also a compressed one (`.gz`); a 2 GB file needs no more memory than a small one.
 * Of a compressed one that was cut, what is there.
 * @throws the errors of the file system and of zlib
 */
export async function readFacts(path: string): Promise<OutputFacts> {
  const reader = createOutputReader();
  const file = createReadStream(path, { highWaterMark: 256 * 1024 });
  const chunks: AsyncIterable<Buffer> = path.endsWith('.gz')
    ? file.compose(createGunzip({ finishFlush: constants.Z_SYNC_FLUSH }))
    : file;
  for await (const chunk of chunks) reader.push(chunk);
  return reader.finish();
}
