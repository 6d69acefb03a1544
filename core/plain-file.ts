import { closeSync, constants, fstatSync, openSync, readFileSync, statSync } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { OactError, systemErrorCode } from './errors.ts';
import { closeFile, openFile, readFile, statFile } from './file-calls.ts';

// Where a file is expected, anything may lie: a named pipe would be waited for without end, a device never ends.

const flags = constants.O_RDONLY | constants.O_NONBLOCK;

/**
 * Opens a file for reading, and nothing else: no named pipe, device or directory.
 * @throws OactError FILE_UNREADABLE when it is no plain file; the errors of open(2)
 */
export async function openPlainFile(path: string): Promise<FileHandle> {
  const file = await open(path, flags).catch((error: unknown) => {
    throw toPlainError(error, path);
  });
  try {
    if (!(await file.stat()).isFile()) throw notPlain(path);
    return file;
  } catch (error) {
    await file.close();
    throw error;
  }
}

/**
 * The same as a descriptor, which costs less, with the size that it had then, bytes.
 * @throws OactError FILE_UNREADABLE when it is no plain file; the errors of open(2)
 */
export async function openSizedFile(path: string): Promise<{ file: number; size: number }> {
  const file = await openFile(path, flags).catch((error: unknown) => {
    throw toPlainError(error, path);
  });
  try {
    const status = await statFile(file);
    if (!status.isFile()) throw notPlain(path);
    return { file, size: status.size };
  } catch (error) {
    await closeFile(file);
    throw error;
  }
}

/**
 * The text of a plain file.
 * @throws OactError FILE_UNREADABLE when it is no plain file; the errors of the file system
 */
export async function readPlainFile(path: string): Promise<string> {
  const { file, size } = await openSizedFile(path);
  try {
    const chunks: Buffer[] = [];
    for await (const chunk of readChunks(file, size)) chunks.push(chunk);
    return (chunks.length === 1 ? (chunks[0] ?? Buffer.alloc(0)) : Buffer.concat(chunks)).toString('utf8');
  } finally {
    await closeFile(file);
  }
}

const chunkBytes = 256 * 1024;

/** The content of an open file from its beginning, in pieces. A stream would allocate a large buffer for a small file, and read an empty one. */
export async function* readChunks(file: number, size: number): AsyncGenerator<Buffer> {
  for (let position = 0, isEnd = size === 0; !isEnd;) {
    // One byte more than is there: a read that does not fill the buffer has met the end.
    const buffer = Buffer.allocUnsafe(Math.min(chunkBytes, size + 1));
    const { bytesRead } = await readFile(file, buffer, 0, buffer.length, position);
    yield buffer.subarray(0, bytesRead);
    position += bytesRead;
    isEnd = bytesRead < buffer.length;
  }
}

/** The same at once. @throws OactError FILE_UNREADABLE, and the errors of the file system */
export function readPlainFileSync(path: string): string {
  let file: number;
  try {
    file = openSync(path, flags);
  } catch (error) {
    throw toPlainError(error, path);
  }
  try {
    if (!fstatSync(file).isFile()) throw notPlain(path);
    return readFileSync(file, 'utf8');
  } finally {
    closeSync(file);
  }
}

/**
 * For those who open a file by its path themselves, SQLite for example.
 * @throws OactError FILE_UNREADABLE when it is there and no plain file, or behind links that lead in a circle
 */
export function checkPlainFile(path: string): void {
  try {
    const found = statSync(path, { throwIfNoEntry: false });
    if (found !== undefined && !found.isFile()) throw notPlain(path);
  } catch (error) {
    if (systemErrorCode(error) !== 'ELOOP') throw error;
    throw new OactError('FILE_UNREADABLE', `${path} is a link that leads in a circle`, {
      hint: 'Look what has put it there, and move it away.',
      cause: error,
    });
  }
}

/** A socket cannot be opened at all. */
function toPlainError(error: unknown, path: string): unknown {
  return error instanceof Error && 'code' in error && error.code === 'ENXIO' ? notPlain(path) : error;
}

function notPlain(path: string): OactError {
  return new OactError('FILE_UNREADABLE', `${path} is a directory, a pipe or a device, not a regular file`, {
    hint: 'Find out what created it, and move it away.',
  });
}
