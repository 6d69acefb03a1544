import { join } from 'node:path';
import { OactError, systemErrorCode } from '../../core/errors.ts';
import { openBelow } from './open-below.ts';

/**
 * A small file of a run, or its end.
 * @param bytes how much at most, from the end
 * @returns undefined when it is not there, or is not a file that may be shown
 */
export async function readRunText(
  root: string,
  dir: string,
  name: string,
  bytes: number,
): Promise<string | undefined> {
  try {
    const file = await openBelow(root, join(dir, name));
    try {
      const { size } = await file.stat();
      const length = Math.min(size, bytes);
      const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, size - length);
      return buffer.subarray(0, bytesRead).toString();
    } finally {
      await file.close();
    }
  } catch (error) {
    if (error instanceof OactError || systemErrorCode(error) !== undefined) return undefined;
    throw error;
  }
}
