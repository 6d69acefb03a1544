// node:fs by callbacks. A FileHandle costs three times the CPU of a descriptor, and a consumer opens a dozen files for each job.
import fs from 'node:fs';
import { promisify } from 'node:util';

export const openFile: (path: string, flags: string | number) => Promise<number> = promisify(fs.open);
export const statFile: (file: number) => Promise<fs.Stats> = promisify(fs.fstat);
export const readFile: (
  file: number,
  buffer: Buffer,
  offset: number,
  length: number,
  position: number,
) => Promise<{ bytesRead: number; buffer: Buffer }> = promisify(fs.read);
export const syncFile: (file: number) => Promise<void> = promisify(fs.fsync);
export const closeFile: (file: number) => Promise<void> = promisify(fs.close);
/** All of it; to a path, or to an open file. */
export const writeWhole: (file: string | number, content: string | Uint8Array) => Promise<void> = promisify(
  fs.writeFile,
);
