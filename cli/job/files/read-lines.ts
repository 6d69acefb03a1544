import type { FileHandle } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { openPlainFile } from '../../../core/plain-file.ts';

const blockBytes = 65_536;
const newline = 0x0a;

/** The bytes of a file; one that ends in `.gz` is unpacked. */
export async function openBytes(path: string): Promise<Readable> {
  const file = (await openPlainFile(path)).createReadStream();
  if (!path.endsWith('.gz')) return file;
  const plain = createGunzip();
  file.on('error', (error) => plain.destroy(error));
  return file.pipe(plain);
}

/** Where the last `count` lines begin: read from the end, so that a file of gigabytes costs no more than they do. */
export async function findTail(file: FileHandle, count: number): Promise<number> {
  const { size } = await file.stat();
  if (count === 0) return size;
  const block = Buffer.alloc(blockBytes);
  let found = 0;
  for (let end = size; end > 0;) {
    const start = Math.max(0, end - blockBytes);
    const { bytesRead } = await file.read(block, 0, end - start, start);
    for (let at = bytesRead - 1; at >= 0; at -= 1) {
      if (block[at] !== newline || start + at === size - 1) continue;
      found += 1;
      if (found === count) return start + at + 1;
    }
    end = start;
  }
  return 0;
}

/** The last lines of a file, packed or not, without the last line's end. */
export async function readTail(path: string, count: number): Promise<string> {
  if (path.endsWith('.gz')) return lastLines(await collect(await openBytes(path), count), count);
  const file = await openPlainFile(path);
  try {
    const from = await findTail(file, count);
    const { size } = await file.stat();
    const bytes = Buffer.alloc(size - from);
    await file.read(bytes, 0, bytes.length, from);
    return bytes.toString().replace(/\n$/, '');
  } finally {
    await file.close();
  }
}

/** Keeps no more of a packed file than its last lines need. */
async function collect(bytes: Readable, count: number): Promise<string> {
  let kept = '';
  for await (const chunk of bytes) kept = lastLines(kept + String(chunk), count + 1, true);
  return kept;
}

function lastLines(text: string, count: number, keepEnd = false): string {
  const whole = keepEnd ? text : text.replace(/\n$/, '');
  const lines = whole.split('\n');
  return count === 0 ? '' : lines.slice(-count).join('\n');
}
