import { findGbwProblem, gbwHeaderBytes } from '../../orca/input/check-gbw.ts';
import { openPlainFile } from '../../core/plain-file.ts';

/** The last `length` bytes of a file, or all of a shorter one. */
export async function readTail(path: string, length: number): Promise<string> {
  const file = await openPlainFile(path);
  try {
    const { size } = await file.stat();
    const wanted = Math.min(length, size);
    const { buffer, bytesRead } = await file.read(Buffer.alloc(wanted), 0, wanted, size - wanted);
    return buffer.toString('utf8', 0, bytesRead);
  } finally {
    await file.close();
  }
}

/** Why orbitals cannot be read from this file; undefined when they can. @throws the errors of the file system */
export async function findGbwFileProblem(path: string): Promise<string | undefined> {
  const file = await openPlainFile(path);
  try {
    const { size } = await file.stat();
    const { buffer, bytesRead } = await file.read(Buffer.alloc(gbwHeaderBytes), 0, gbwHeaderBytes, 0);
    return findGbwProblem(buffer.subarray(0, bytesRead), size);
  } finally {
    await file.close();
  }
}
